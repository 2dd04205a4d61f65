package prompt

import (
	"bytes"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
)

func TestWhereNobodyCanBeAskedTheWayOutIsNamed(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := Prompt{In: strings.NewReader("yes\n"), Out: &out}
	if _, err := p.Secret(t.Context(), "Consumer key"); !problem.Is(err, problem.CredentialsMissing) ||
		!strings.Contains(problem.From(err).Hint, "WAYBILL_KEY") {
		t.Errorf("a secret: %v", err)
	}
	if err := p.Confirm(t.Context(), "Forget it?", false); !problem.Is(err, problem.Usage) ||
		!strings.Contains(problem.From(err).Hint, "--yes") {
		t.Errorf("a confirmation: %v", err)
	}
	if out.Len() > 0 {
		t.Errorf("somebody was asked: %q", &out)
	}
}

func TestYesAnswersBeforehand(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := (Prompt{In: strings.NewReader(""), Out: &out}).Confirm(t.Context(), "Forget it?", true); err != nil || out.Len() > 0 {
		t.Errorf("%v, printed %q", err, &out)
	}
}
