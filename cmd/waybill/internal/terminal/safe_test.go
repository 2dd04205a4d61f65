package terminal

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestTextFromAStoreCannotControlTheTerminal(t *testing.T) {
	t.Parallel()

	got := OneLine("a\x1b[31mred\x1b[0m\nb\u202ec\x07d\u009b2Je")
	if got != "a[31mred[0m bcd2Je" {
		t.Errorf("got %q", got)
	}
}

func TestOnlyOurOwnColoursReachTheTerminal(t *testing.T) {
	t.Parallel()
	colour := Terminal{Colour: true}
	mixed := colour.Bad("✗") + " a\x1b[2Jb\x1b]0;title\x07c\u009b2J\r\n\td\x1b"
	if got, want := colour.Safe(mixed), colour.Bad("✗")+" a[2Jb]0;titlec2J\n\td"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (Terminal{}).Safe("a\x1b[31mb"); got != "a[31mb" {
		t.Errorf("without colours %q", got)
	}
}

// TestAColourMayComeInTwoParts: whoever writes in blocks may end one inside a sequence.
func TestAColourMayComeInTwoParts(t *testing.T) {
	t.Parallel()
	colour := Terminal{Colour: true}
	whole := strings.Repeat(colour.Good("x")+" "+colour.Bad("y")+"\n", 3)
	for size := 1; size < 9; size++ {
		var out bytes.Buffer
		w := SafeWriter(&out, colour)
		if _, err := io.CopyBuffer(
			struct{ io.Writer }{w}, struct{ io.Reader }{strings.NewReader(whole)}, make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if out.String() != whole {
			t.Errorf("in blocks of %d: %q, want %q", size, &out, whole)
		}
	}
}
