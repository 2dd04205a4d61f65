// Command events measures how long a change on a shop takes to a subscriber, by hop: from the shop to the log of
// changes, and from there to the subscriber; alone, and while another subscriber hangs and one is down. The shop is the
// sandbox. It tells of each change at once, as by a webhook; with -poll it is polled every second.
//
//	go run ./bench/events -n 1000
//	go run ./bench/events -n 200 -poll
//	go run ./bench/events -n 1000 -database postgres://…
package main
