// Handshakes are most of what a store on loopback costs; the tests' need not stand against the computers of later.

//go:debug tlsmlkem=0
package doctor_test

import (
	"flag"
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets more tests run at once than there are processors, because most of a test's time is waiting for its
// store, and collects garbage less often, within bounds: each test has a store of its own, which is garbage when it
// ends.
func TestMain(m *testing.M) {
	flag.Parse()
	if at := flag.Lookup("test.parallel"); at != nil && at.Value.String() == at.DefValue {
		_ = flag.Set("test.parallel", "12")
	}
	debug.SetGCPercent(600)
	debug.SetMemoryLimit(1500 << 20)
	os.Exit(m.Run())
}
