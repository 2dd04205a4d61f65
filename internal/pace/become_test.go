package pace_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/pace"
)

func TestAPacerGoesOnInAnotherMode(t *testing.T) {
	t.Parallel()
	p := pace.New(pace.Polite, pace.Ceiling{Reads: 3})
	permit, err := p.Acquire(t.Context(), pace.Read)
	if err != nil {
		t.Fatal(err)
	}
	p.Become(pace.Full)
	if s := p.State(); s.Mode != pace.Full || s.Reading != 1 || s.ReadSlots > 3 {
		t.Errorf("with a request under way: %+v", s)
	}
	permit.Done(pace.Outcome{})
	if s := p.State(); s.Reading != 0 {
		t.Errorf("after it: %+v", s)
	}
	again, err := p.Acquire(t.Context(), pace.Read)
	if err != nil {
		t.Fatal(err)
	}
	again.Done(pace.Outcome{})
	p.Become(pace.Polite)
	if s := p.State(); s.Mode != pace.Polite {
		t.Errorf("back: %+v", s)
	}
}
