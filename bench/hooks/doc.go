// Command hooks measures how many webhooks of stores are durably acknowledged: a server with the receiver of
// internal/inbox, and a generator of signed deliveries of 4 kB beside it, on the same machine. A delivery counts when
// it was answered 200, which it is when the disk has it (a transaction that returns when it is safe from a power cut;
// many deliveries share one). It prints the rate and how long answers took, and asserts nothing.
//
//	go run ./bench/hooks                 # as many as there can be, into a file
//	go run ./bench/hooks -rate 5000      # at that rate: how long do they take?
//	go run ./bench/hooks -database postgres://…
package main
