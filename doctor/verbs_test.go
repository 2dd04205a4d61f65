package doctor_test

import (
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/doctor"
)

// breakOff ends connections without an answer: those of PUT and DELETE, and after them as many others as told.
func breakOff(others int32) func(http.Handler) http.Handler {
	var dropped atomic.Int32
	var verbs atomic.Bool
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			verb := r.Method == http.MethodPut || r.Method == http.MethodDelete
			if verb {
				verbs.Store(true)
			}
			if verb || verbs.Load() && r.Method == http.MethodGet && dropped.Add(1) <= others {
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		})
	}
}

func TestAServerThatHangsUpOnPUTBlocksTheMethod(t *testing.T) {
	t.Parallel()
	report := newPatient(t).behind(t, breakOff(0)).examine(t)
	if root := report.Root(); root == nil || root.ID != "method-blocked" {
		t.Errorf("the root is %+v, want method-blocked", root)
	}
}

func TestAServerThatHangsUpOnAnythingDoesNotBlockMethods(t *testing.T) {
	t.Parallel()
	report := newPatient(t).behind(t, breakOff(40)).examine(t)
	if slices.ContainsFunc(report.Findings, func(found doctor.Finding) bool { return found.ID == "method-blocked" }) {
		t.Error("method-blocked was found on a server that ends any connection")
	}
}
