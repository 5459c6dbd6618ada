package Kept;
# The kept lines: PROCESS/DAY.log as Docker wrote them, with the task added; DAY.NUMBER.log.gz once packed.
use strict;
use warnings;
use IO::Handle;
use POSIX qw(strftime);

our $ROOT = '/logs';
my $NAME  = qr/^(\d{4}-\d\d-\d\d)(?:\.(\d+))?\.log(\.gz)?$/;
my $NOTES = "$ROOT/.positions";

sub new {
    my ($class) = @_;
    my $self = bless { sizes => {}, noted => {}, skip => {}, dirty => {}, sources => 'none', silent => 0 }, $class;
    $self->recover;
    return $self;
}

sub processes {
    opendir my $dir, $ROOT or return;
    return sort grep { !/^\./ && -d "$ROOT/$_" } readdir $dir;
}

# The files of a process, the oldest first. Those without a number are still written to.
sub files {
    my ($process) = @_;
    opendir my $dir, "$ROOT/$process" or return;
    my %there = map { $_ => 1 } readdir $dir;
    my @files;
    for my $name (sort keys %there) {
        my ($day, $number, $packed) = $name =~ $NAME or next;
        # While both are there, the packed one is not whole.
        next if $packed && $there{ $name =~ s/\.gz$//r };
        push @files, { process => $process, day => $day, path => "$ROOT/$process/$name", packed => $packed, open => !defined $number };
    }
    return @files;
}

# How far a source is kept already, as noted; and how many lines were kept after that.
sub position {
    my ($self, $source) = @_;
    my $noted = $self->{noted}{ $source->{id} };
    my $skip  = delete $self->{skip}{ $source->{task} } // 0;
    return undef unless $noted || $skip;
    return { head => $noted->{head} // '', offset => $noted->{offset} // 0, skip => ($noted->{skip} // 0) + $skip };
}

# Lines of one source, each into the file of its own day. They are written in the source's order, also where days
# alternate: whoever is killed in between has kept the first of them, as `skip` takes for granted.
sub append {
    my ($self, $source, @lines) = @_;
    while (@lines) {
        my $day  = day_of($lines[0]);
        my $text = '';
        $text .= "{\"task\":\"$source->{task}\"," . substr shift @lines, 1 while @lines && day_of($lines[0]) eq $day;
        $self->put("$source->{process}/$day.log", $text);
    }
}

sub day_of { return substr Source::time_of($_[0]), 0, 10 }

# Tries again until it is written: the source holds the lines for as long.
sub put {
    my ($self, $name, $text) = @_;
    my $path = "$ROOT/$name";
    mkdir $path =~ s{/[^/]+$}{}r;
    my $size = $self->{sizes}{$name} // 0;
    until (written($path, $text, $size)) {
        print STDERR "tidemark: $path cannot be written, so lines wait: $!\n" unless $self->{silent}++;
        sleep 5;
    }
    $self->{silent} = 0;
    $self->{dirty}{$name} = 1;
    $self->{sizes}{$name} = $size + length $text;
}

sub written {
    my ($path, $text, $size) = @_;
    open my $fh, '>>', $path or return 0;
    return 1 if (syswrite($fh, $text) // -1) == length $text;
    my $why = $!;
    truncate $fh, $size;
    $! = $why;
    return 0;
}

# Notes how far each source is kept, once what is kept is on the disk.
sub save {
    my ($self, $sources) = @_;
    my $names = join ',', sort keys %$sources;
    return unless %{ $self->{dirty} } || $names ne $self->{sources};
    for my $name (keys %{ $self->{dirty} }) { open my $fh, '<', "$ROOT/$name" or next; $fh->sync }
    my @lines = map { "file\t$_\t$self->{sizes}{$_}\n" } sort keys %{ $self->{sizes} };
    for my $id (sort keys %$sources) {
        my $position = $sources->{$id}->position;
        push @lines, join("\t", 'source', $id, @$position{qw(head offset skip)}) . "\n";
    }
    # Where they cannot be written, the former notes and the lines that came after them say the same.
    return unless noted(@lines);
    @$self{qw(dirty sources)} = ({}, $names);
}

sub noted {
    open my $fh, '>', "$NOTES.new" or return 0;
    return print({$fh} @_) && $fh->flush && $fh->sync && close($fh) && rename "$NOTES.new", $NOTES;
}

# Reads the notes, and counts for each task the lines that were kept after they were made.
sub recover {
    my ($self) = @_;
    my $is_noted = open my $notes, '<', $NOTES;
    my %size;
    while ($is_noted && defined(my $line = <$notes>)) {
        chomp $line;
        my ($what, $name, @rest) = split /\t/, $line;
        $size{$name} = $rest[0] if $what eq 'file';
        @{ $self->{noted}{$name} }{qw(head offset skip)} = @rest if $what eq 'source';
    }
    for my $process (processes()) {
        for my $path (map { $_->{path} } grep { $_->{open} && !$_->{packed} } files($process)) {
            my $name = substr $path, length "$ROOT/";
            # Without notes nothing is skipped: better a line twice than none.
            $self->{sizes}{$name} = $self->count($path, $is_noted ? $size{$name} // 0 : -s $path);
        }
    }
    $self->save({}) unless $is_noted;
}

# Counts the lines after a size, takes a torn one away, and gives back the size.
sub count {
    my ($self, $path, $from) = @_;
    open my $fh, '+<', $path or return -s $path;
    seek $fh, $from, 0;
    my $size = $from < -s $fh ? $from : -s $fh;
    while (defined(my $line = <$fh>)) {
        if ($line !~ /\n$/) { truncate $fh, $size; last }
        $size += length $line;
        $self->{skip}{$1}++ if $line =~ /^\{"task":"([^"]*)"/;
    }
    return $size;
}

# Days that ended before a time go.
sub forget {
    my $first = strftime '%Y-%m-%d', gmtime shift;
    for my $process (processes()) {
        unlink map { $_->{path} } grep { $_->{day} lt $first } files($process);
        rmdir "$ROOT/$process";
    }
}

# Begins to pack one of the days that ended before a time; gives its process, or nothing when all are packed.
sub pack_next {
    my ($self, $before, $sources) = @_;
    my $first = strftime '%Y-%m-%d', gmtime $before;
    my ($file) = grep { !$_->{packed} && (!$_->{open} || $_->{day} lt $first) } map { files($_) } processes();
    return undef unless $file;
    my $path = $file->{path};
    if ($file->{open}) {
        # Lines of that day that still come go into a file beside it.
        $path =~ s/\.log$/'.' . time . '.log'/e;
        $self->save($sources);
        rename $file->{path}, $path or return undef;
        delete $self->{sizes}{ substr $file->{path}, length "$ROOT/" };
    }
    my $pid = fork // return undef;
    return $pid if $pid;
    exec 'gzip', '--force', '--no-name', $path or POSIX::_exit(1);
}

1;
