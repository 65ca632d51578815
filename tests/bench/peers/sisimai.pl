# SPDX-License-Identifier: GPL-3.0-or-later
# Sisimai reads each file of the list on standard input.
use strict;
use warnings;
use Sisimai;

# Version 5 calls it rise, version 4 make.
my $read = Sisimai->can('rise') || Sisimai->can('make') or die "this Sisimai has neither rise nor make\n";
my $n = 0;
while (my $path = <STDIN>) {
	chomp $path;
	my $found = Sisimai->$read($path, delivered => 1) // [];
	$n += @$found;
}
print "$n\n";
