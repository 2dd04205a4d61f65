package prompt

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/waybillhq/waybill/internal/problem"
)

// keyboard is a terminal: what is written to the first file is typed on the second.
func keyboard(t *testing.T) (typing, seen *os.File) {
	t.Helper()
	typing, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminal can be made here: %v", err)
	}
	t.Cleanup(func() { _ = typing.Close() })
	if err := unix.IoctlSetPointerInt(int(typing.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("no terminal can be made here: %v", err)
	}
	n, err := unix.IoctlGetInt(int(typing.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	seen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminal can be made here: %v", err)
	}
	t.Cleanup(func() { _ = seen.Close() })
	return typing, seen
}

// asked is a stream that tells when a question stands on it.
type asked struct {
	bytes.Buffer
	once chan struct{}
}

func (a *asked) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(": ")) {
		close(a.once)
	}
	return a.Buffer.Write(p)
}

func TestAnInterruptEndsAQuestionAtOnceAndBringsTheEchoBack(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(context.Context, Prompt) error{
		"a secret":       func(ctx context.Context, p Prompt) error { _, err := p.Secret(ctx, "Key"); return err },
		"a confirmation": func(ctx context.Context, p Prompt) error { return p.Confirm(ctx, "Forget it?", false) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, seen := keyboard(t)
			before, err := term.GetState(int(seen.Fd()))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			out := &asked{once: make(chan struct{})}
			go func() { <-out.once; cancel() }()
			err = ask(ctx, Prompt{In: seen, Out: out})
			if !problem.Is(err, problem.Interrupted) || problem.From(err).ExitStatus() != problem.ExitInterrupted {
				t.Errorf("%v", err)
			}
			after, err := term.GetState(int(seen.Fd()))
			if err != nil || *after != *before {
				t.Errorf("the terminal is left changed: %v", err)
			}
		})
	}
}

func TestAnAnswerIsTaken(t *testing.T) {
	t.Parallel()
	typing, seen := keyboard(t)
	out := &asked{once: make(chan struct{})}
	go func() { <-out.once; _, _ = typing.WriteString("  cs_1 \n") }()
	secret, err := Prompt{In: seen, Out: out}.Secret(t.Context(), "Secret")
	if err != nil || secret != "cs_1" || strings.Contains(out.String(), "cs_1") {
		t.Errorf("%q, %v, %q", secret, err, out.String())
	}
	out = &asked{once: make(chan struct{})}
	go func() { <-out.once; _, _ = typing.WriteString("yes\n") }()
	if err := (Prompt{In: seen, Out: out}).Confirm(t.Context(), "Forget it?", false); err != nil {
		t.Error(err)
	}
}
