package memory

import (
	"math"
	"runtime/debug"
)

// What a sandbox store may take beside itself before the garbage collector works harder, and what an order may. An
// order with its lines, notes and refunds is some 3 KB; without a limit the collector lets garbage grow to the size of
// the store, and further on a busy machine: 100,000 orders, all pages of them read by eight clients, took 1.5 GB.
const (
	beside   = 256 << 20 // bytes
	perOrder = 5 << 10   // bytes
)

// Limit makes a store with so many orders fit: 100,000 into some 770 MB. It sets the soft limit of the whole process,
// so a store that outgrows it gets slower and is not killed. Where GOMEMLIMIT is set it changes nothing. One goroutine
// at a time may call it.
func Limit(orders int) {
	if ours := debug.SetMemoryLimit(-1); ours != math.MaxInt64 && ours != limit {
		return
	}
	limit = beside + int64(orders)*perOrder
	debug.SetMemoryLimit(limit)
}

// limit is the limit in bytes that this process set itself, 0 before. One goroutine sets it at a time: the command
// before the store serves, its traffic after.
var limit int64

// CheckedEvery is after how many things that happened the limit should follow the growth of the store.
const CheckedEvery = 1000
