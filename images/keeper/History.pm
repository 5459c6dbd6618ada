package History;
# What the keeper did: one file, whole or not at all, so that whoever is killed leaves the former one.
use strict;
use warnings;
use JSON::PP ();

our $FOLDER = '/var/lib/tidemark-keeper';
my $KEPT = 200;
my $json = JSON::PP->new->canonical->utf8;

# since: when the keeper began; last: what came of each kind of work last; runs: the newest of all; told: what people
# know to be wrong; well: when each kind of work succeeded last.
sub read_it {
  my $found = eval {
    open my $in, '<', "$FOLDER/history.json" or die "none\n";
    local $/;
    $json->decode(scalar <$in>);
  };
  return $found // { since => time, last => {}, well => {}, runs => [], told => {} };
}

sub write_it {
  my ($history) = @_;
  splice @{ $history->{runs} }, $KEPT if @{ $history->{runs} } > $KEPT;
  whole('history.json', $json->encode($history) . "\n");
}

sub whole {
  my ($name, $text) = @_;
  my $file = "$FOLDER/$name";
  open my $out, '>', "$file.new" or die "$file: $!\n";
  print $out $text or die "$file: $!\n";
  close $out or die "$file: $!\n";
  system('sync', "$file.new") == 0 or die "$file: not written to the disk\n";
  rename "$file.new", $file or die "$file: $!\n";
}

# Notes what came of a run. The newest first.
sub note {
  my ($history, $run) = @_;
  unshift @{ $history->{runs} }, $run;
  $history->{last}{ $run->{name} } = $run;
  $history->{well}{ $run->{name} } = $run->{ended} if $run->{ok};
}

1;
