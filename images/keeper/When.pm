package When;
# When work is due. A plan is words: "every 4h", "daily 02:30", "sunday 02:00", "monthly 1 03:00"; its hours are those of
# a zone, so a day of 23 or 25 hours has each of them once.
use strict;
use warnings;
use POSIX qw(mktime tzset);

my %DAY = (sunday => 0, monday => 1, tuesday => 2, wednesday => 3, thursday => 4, friday => 5, saturday => 6);
my %UNIT = (s => 1, m => 60, h => 3600, d => 86400);

# The last moment at or before now at which it was due; nothing where it never was.
sub last_due {
  my ($words, $zone, $now) = @_;
  return int($now / ($1 * $UNIT{$2})) * $1 * $UNIT{$2} if $words =~ /^every ([1-9]\d*)([smhd])$/;
  local $ENV{TZ} = $zone;
  tzset();
  my $due = by_days($words, $now);
  return $due;
}

sub by_days {
  my ($words, $now) = @_;
  my ($kind, $hour, $minute) = $words =~ /^(\w+(?: \d+)?) (\d\d):(\d\d)$/ or die "\"$words\" is no plan\n";
  my ($day_of_month) = $kind =~ /^monthly (\d+)$/;
  die "\"$words\" is no plan\n" unless defined $day_of_month || $kind eq 'daily' || exists $DAY{$kind};
  my (undef, undef, undef, $day, $month, $year) = localtime $now;
  # The day before the first of a month is the last of the one before, and so on: mktime counts.
  for my $back (0 .. 62) {
    my @noon = (0, 0, 12, $day - $back, $month, $year);
    my (undef, undef, undef, $its_day, $its_month, $its_year, $weekday) = localtime mktime(@noon, 0, 0, -1);
    next if exists $DAY{$kind} && $weekday != $DAY{$kind};
    next if defined $day_of_month && $its_day != $day_of_month;
    my $due = mktime(0, $minute, $hour, $its_day, $its_month, $its_year, 0, 0, -1);
    return $due if $due <= $now;
  }
  return undef;
}

1;
