package Reader;
# What is kept, for those who ask.
use strict;
use warnings;
use Getopt::Long qw(GetOptionsFromArray);
use List::Util qw(min minstr sum0 uniq);
use POSIX qw(strftime);
use Kept;

my $PASS  = '/tmp/pass';
my $CHUNK = 256 * 1024;

# Each time the keeper has looked at every source.
sub tell_pass {
    open my $fh, '>', $PASS or return;
    print $fh shift;
}

# Until the keeper has begun to look, and ended, at least once.
sub await_pass {
    my $pass  = sub { open my $fh, '<', $PASS or return 0; return scalar(<$fh>) || 0 };
    my $first = $pass->();
    for (1 .. 100) {
        return if $pass->() >= $first + 2;
        select undef, undef, undef, 0.05;
    }
    print STDERR "tidemark: the keeper of logs is busy, so the newest lines may be missing\n";
}

sub read_kept {
    my @processes = @_;
    my %asked     = (since => '', until => '9999-12-31');
    GetOptionsFromArray(\@processes, \%asked, 'since=s', 'until=s', 'last=i', 'follow') or exit 64;
    await_pass();
    $| = 1;
    my @files;
    for my $file (map { Kept::files($_) } @processes ? @processes : Kept::processes()) {
        push @files, { %$file, size => -s $file->{path} } if $file->{day} ge $asked{since} && $file->{day} le $asked{until};
    }
    if ($asked{last}) {
        for my $process (uniq map { $_->{process} } @files) {
            print last_lines($asked{last}, grep { $_->{process} eq $process } @files);
        }
        print "end\n";
    }
    else {
        for my $day (sort { $a cmp $b } uniq map { $_->{day} } @files) {
            whole($_) for grep { $_->{day} eq $day } @files;
            print "end\n";
        }
    }
    if ($asked{follow}) {
        print "now\n";
        follow({ map { $_->{path} => $_->{size} } @files }, @processes);
    }
}

# Each whole line of a file, up to the size that it had.
sub whole {
    my ($file) = @_;
    my $fh = reading($file) or return;
    if ($file->{packed}) {
        while (defined(my $line = <$fh>)) { print $line }
        return;
    }
    part($fh, 0, $file->{size});
}

# The whole lines between two places of a file; gives the place after them.
sub part {
    my ($fh, $from, $to) = @_;
    seek $fh, $from, 0;
    my $rest = '';
    for (my $left = $to - $from ; $left > 0 && read $fh, $rest, min($left, $CHUNK), length $rest ;) {
        my $end = rindex($rest, "\n") + 1;
        print substr $rest, 0, $end, '';
        $left = $to - tell $fh;
    }
    return $to - length $rest;
}

# It may be packed between the look and the reading.
sub reading {
    my ($file) = @_;
    my $fh;
    return $fh if !$file->{packed} && open $fh, '<', $file->{path};
    @$file{qw(path packed)} = ("$file->{path}.gz", 1) unless $file->{packed};
    return open($fh, '-|', 'zcat', $file->{path}) ? $fh : undef;
}

# The newest lines of one process.
sub last_lines {
    my ($count, @files) = @_;
    my @lines;
    while (@lines < $count && @files) {
        my $file = pop @files;
        my $fh   = reading($file) or next;
        seek $fh, start_of_last($fh, $count, $file->{size}), 0 unless $file->{packed};
        my @found;
        while (defined(my $line = <$fh>)) {
            last if $line !~ /\n$/ || !$file->{packed} && tell $fh > $file->{size};
            push @found, $line;
            shift @found if @found > $count;
        }
        unshift @lines, @found;
    }
    splice @lines, 0, @lines - $count if @lines > $count;
    return @lines;
}

# Where the last so many lines begin.
sub start_of_last {
    my ($fh, $count, $size) = @_;
    my $from = $size;
    for (my $found = 0 ; $from > 0 && $found <= $count ;) {
        my $length = min($from, $CHUNK);
        $from -= $length;
        seek $fh, $from, 0;
        read $fh, my ($chunk), $length;
        $found += $chunk =~ tr/\n//;
    }
    return $from;
}

# What is added, for as long as somebody is at the other end.
sub follow {
    my ($read, @processes) = @_;
    until (ended()) {
        my $yesterday = strftime '%Y-%m-%d', gmtime time - 86_400;
        my $came      = 0;
        for my $file (map { Kept::files($_) } @processes ? @processes : Kept::processes()) {
            my $from = $read->{ $file->{path} } // 0;
            my $to   = -s $file->{path} // 0;
            next if $file->{day} lt $yesterday || !$file->{open} || $to <= $from;
            open my $fh, '<', $file->{path} or next;
            $read->{ $file->{path} } = part($fh, $from, $to);
            $came = 1;
        }
        print "end\n" if $came;
    }
}

# Waits a little, and tells whether standard input has ended.
sub ended {
    my $in = '';
    vec($in, fileno(STDIN), 1) = 1;
    return select($in, undef, undef, 0.2) > 0 && !sysread STDIN, my ($any), 4096;
}

sub size {
    my @files = map { Kept::files($_) } Kept::processes();
    my $bytes = sum0 map { -s $_->{path} // 0 } @files;
    my $since = @files ? '"' . (minstr map { $_->{day} } @files) . '"' : 'null';
    print "{\"bytes\":$bytes,\"since\":$since}\n";
}

1;
