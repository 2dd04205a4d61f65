package main

import (
	"context"
	"fmt"
	"os"
)

func main() {
	use, err := read(context.Background(), ".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "portuse:", err)
		os.Exit(1)
	}
	for _, name := range use.untested {
		fmt.Println(name, "is in no suite")
	}
	for _, name := range use.unused {
		fmt.Println(name, "is called by suites only")
	}
	if len(use.untested)+len(use.unused) > 0 {
		os.Exit(1)
	}
}
