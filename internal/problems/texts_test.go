package problems_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestNobodyMustActOnceAProblemIsOver(t *testing.T) {
	t.Parallel()
	p := storage.Problem{State: storage.ProblemOpen}
	p.Who = problems.Host
	if problems.Actor(p) != problems.Host || problems.Acts(p) != "the shop or its host must act" {
		t.Errorf("while it stands: %s, %s", problems.Actor(p), problems.Acts(p))
	}
	p.State = storage.ProblemResolved
	if problems.Actor(p) != problems.Nobody || problems.Acts(p) != "nobody must act: it is over" {
		t.Errorf("afterwards: %s, %s", problems.Actor(p), problems.Acts(p))
	}
}
