package main

import "testing"

func TestEveryMethodOfThePortIsInASuiteAndNeeded(t *testing.T) {
	t.Parallel()
	use, err := read(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	if use.methods < 60 {
		t.Errorf("the port has %d methods: they were not found", use.methods)
	}
	for _, name := range use.untested {
		t.Errorf("%s is in no suite: nobody promises it", name)
	}
	for _, name := range use.unused {
		t.Errorf("%s is called by suites only: nobody needs it", name)
	}
}
