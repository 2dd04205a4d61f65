package main

import (
	"math"
	"runtime/debug"
)

// What a sandbox store may take beside itself before the garbage collector works harder, and what an order may. An
// order with its lines, notes and refunds is some 3 KB; without a limit the collector lets garbage grow to the size of
// the store, and further on a busy machine: 100,000 orders, all pages of them read by eight clients, took 1.5 GB.
const (
	memoryBeside   = 256 << 20 // bytes
	memoryPerOrder = 5 << 10   // bytes
)

// limitMemory makes a store with so many orders fit: 100,000 into some 770 MB.
// The limit is soft, so a store that outgrows it gets slower, not killed.
// Whoever sets GOMEMLIMIT has decided himself.
func limitMemory(orders int) {
	if ours := debug.SetMemoryLimit(-1); ours != math.MaxInt64 && ours != memoryLimit {
		return
	}
	memoryLimit = memoryBeside + int64(orders)*memoryPerOrder
	debug.SetMemoryLimit(memoryLimit)
}

// memoryLimit is the limit this process set itself, 0 before. One goroutine sets it at a time: the command before the
// store serves, its traffic after.
var memoryLimit int64

// memoryChecked is after how many things that happened the limit follows the growth of the store.
const memoryChecked = 1000
