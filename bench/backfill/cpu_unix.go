//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpu is the time this process has computed for, the kernel's share included.
func cpu() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
