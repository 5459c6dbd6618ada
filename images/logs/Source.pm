package Source;
# One container's json-file log, read through its rotations and to its end, also when the container is gone.
use strict;
use warnings;

my $ROOT  = '/containers';
my $CHUNK = 256 * 1024;

sub containers {
    opendir my $dir, $ROOT or die "tidemark: $ROOT cannot be read: $!\n";
    return grep { /^[0-9a-f]{64}$/ } readdir $dir;
}

# A source; or 0 for a container that is not of this stack; or nothing while it is still being made.
sub of {
    my ($class, $id, $prefix, $wanted) = @_;
    my $log = "$ROOT/$id/$id-json.log";
    open my $file, '<', "$ROOT/$id/config.v2.json" or return undef;
    my $config = do { local $/; <$file> };
    return undef unless $config =~ /\}\s*$/;
    # In the environment and the command each quotation mark has a backslash before it: only labels look like this.
    my $label   = sub { $config =~ /[{,]"\Q$_[0]\E":"([^"\\]*)"/ ? $1 : '' };
    my $service = $label->('com.docker.swarm.service.name');
    return 0 unless index($service, "$prefix-") == 0;
    return 0 unless $wanted->{$service} || $label->('tidemark.stack') eq $prefix;
    return undef unless -e $log;
    my ($task, $process) = map { substr $_, length "$prefix-" } $label->('com.docker.swarm.task.name'), $service;
    $process = 'run' if $label->('tidemark.role') eq 'run';
    return bless { id => $id, log => $log, process => $process, task => $task }, $class;
}

# Goes on where the position says; without one, at the oldest line there is.
sub resume {
    my ($self, $position) = @_;
    my @files = $self->files;
    $self->{skip} = 0;
    $self->enter($files[0] // $self->{log});
    return $self unless $position;
    $self->{skip} = $position->{skip};
    return $self if $position->{head} eq '';
    my ($file) = grep { head_of($_) eq $position->{head} } @files;
    # What was noted has been rotated away: all that is there came after it.
    $self->{skip} = 0 unless $file;
    return $self unless $file;
    $self->enter($file);
    @$self{qw(head offset)} = @$position{qw(head offset)};
    sysseek $self->{fh}, $position->{offset}, 0;
    return $self;
}

# A file is known by the time of its first line: its name moves on, and the number of its inode returns.
sub position {
    my ($self) = @_;
    return { map { $_ => $self->{$_} } qw(head offset skip) };
}

# Hands on each whole line that is there.
sub read_on {
    my ($self, $append) = @_;
    $self->enter($self->{log}) unless $self->{fh};
    while ($self->{fh}) {
        while (sysread $self->{fh}, $self->{rest}, $CHUNK, length $self->{rest}) {
            my $end = rindex($self->{rest}, "\n") + 1;
            $append->($self->fresh(substr $self->{rest}, 0, $end, '')) if $end > 0;
        }
        # Docker closes a file before it gives it another name: one with a successor is read once more, and is at its end.
        my $successor = $self->successor or return;
        if ($self->{last}++) { $self->enter($successor) }
    }
}

# The lines of a text, but for those that were kept before an interruption and not noted.
sub fresh {
    my ($self, $text) = @_;
    # A line that was torn, as by a power failure, Docker itself cannot read any more.
    my @lines = grep { time_of($_) ne '' } split /^/, $text;
    $self->{head} = time_of($lines[0]) if $self->{head} eq '' && @lines;
    $self->{offset} += length $text;
    my $skip = $self->{skip} < @lines ? $self->{skip} : @lines;
    $self->{skip} -= $skip;
    return splice @lines, $skip;
}

sub enter {
    my ($self, $file) = @_;
    @$self{qw(fh rest head offset last)} = (undef, '', '', 0, 0);
    open $self->{fh}, '<', $file or undef $self->{fh};
}

# The file that came after the open one; nothing while that is the newest.
sub successor {
    my ($self) = @_;
    my $inode = sub { (stat $_[0])[1] // 0 };
    my $own   = $inode->($self->{fh});
    return undef if $inode->($self->{log}) == $own;
    my @files = $self->files;
    my ($at)  = grep { $inode->($files[$_]) == $own } 0 .. $#files;
    return $files[defined $at ? $at + 1 : 0];
}

# The oldest first.
sub files {
    my ($self) = @_;
    my %number = map { $_ => /\.(\d+)$/ } grep { /\.\d+$/ } glob "$self->{log}.*";
    return grep { -e } (sort { $number{$b} <=> $number{$a} } keys %number), $self->{log};
}

sub head_of {
    my ($file) = @_;
    open my $fh, '<', $file or return '';
    while (defined(my $line = <$fh>)) { return time_of($line) if time_of($line) ne '' }
    return '';
}

sub time_of { return $_[0] =~ /^\{"log":.*"time":"(\d{4}-\d\d-\d\dT[^"]+)"\}$/ ? $1 : '' }

1;
