# SPDX-License-Identifier: GPL-3.0-or-later
# Mail::DeliveryStatus::BounceParser reads each file of the list on standard input.
use strict;
use warnings;
use Mail::DeliveryStatus::BounceParser;

my $n = 0;
while (my $path = <STDIN>) {
	chomp $path;
	open my $file, '<', $path or die "$path: $!\n";
	my $text = do { local $/; <$file> };
	my $found = eval { Mail::DeliveryStatus::BounceParser->new($text) } or next;
	$n += $found->reports if $found->is_bounce;
}
print "$n\n";
