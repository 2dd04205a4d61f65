package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// State is what a body turned out to hold.
type State uint8

// What a body can hold.
const (
	None  State = iota // nothing that looks like JSON
	Found              // one complete value, perhaps with noise around it
	Cut                // a value that ends too early
)

// JSON is the one value that a body holds.
type JSON struct {
	State State
	Value json.RawMessage
	Stray []byte // what stood before and after the value
}

var bom = []byte{0xEF, 0xBB, 0xBF}

// FindJSON finds the one JSON value of a body. Notices of PHP, a byte order mark or blank lines may stand before the
// value, or notices after it, but not both. A part of a damaged answer is never taken for the answer.
func FindJSON(raw []byte) JSON {
	if jsonvalue.Valid(raw) {
		value := bytes.TrimLeft(raw, " \t\r\n")
		return JSON{State: Found, Value: bytes.TrimRight(value, " \t\r\n"), Stray: raw[:len(raw)-len(value)]}
	}
	if rest, ok := bytes.CutPrefix(raw, bom); ok {
		found := FindJSON(rest)
		if found.State == Found {
			found.Stray = append(bytes.Clone(bom), found.Stray...)
		}
		return found
	}
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	if startsLikeJSON(trimmed) {
		return leadingJSON(trimmed)
	}
	if looksLikePage(trimmed) {
		return JSON{}
	}
	return trailingJSON(raw)
}

func startsLikeJSON(b []byte) bool { return len(b) > 0 && (b[0] == '{' || b[0] == '[') }

// leadingJSON reads a value followed by noise, such as a notice printed at shutdown.
func leadingJSON(b []byte) JSON {
	end, err := valueEnd(b)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return JSON{State: Cut}
	case err != nil:
		return JSON{}
	}
	return JSON{State: Found, Value: b[:end:end], Stray: b[end:]}
}

// trailingJSON reads noise followed by a value that reaches the end of the body. A value can only begin at a line start
// or after a tag. A bracket inside a notice's own text or inside damaged JSON does not count.
func trailingJSON(raw []byte) JSON {
	const maxCandidates = 64
	candidates := 0
	for i := 1; i < len(raw) && candidates < maxCandidates; i++ {
		if raw[i] != '{' && raw[i] != '[' || !beginsFresh(raw[:i]) {
			continue
		}
		candidates++
		end, err := valueEnd(raw[i:])
		if err == nil && len(bytes.TrimSpace(raw[i+end:])) == 0 {
			return JSON{State: Found, Value: raw[i : i+end : i+end], Stray: raw[:i]}
		}
		if errors.Is(err, io.ErrUnexpectedEOF) && looksLikeAnswer(raw[i:]) {
			// What follows is inside this cut value; going on would offer a part for the whole.
			return JSON{State: Cut}
		}
	}
	return JSON{}
}

// beginsFresh tells whether a value may begin after this text: at the start of a line, or after a tag.
func beginsFresh(before []byte) bool {
	trimmed := bytes.TrimRight(before, " \t")
	return len(trimmed) == 0 || trimmed[len(trimmed)-1] == '>' || trimmed[len(trimmed)-1] == '\n'
}

// looksLikeAnswer tells a JSON answer's beginning from other text with a bracket.
func looksLikeAnswer(b []byte) bool {
	inner := bytes.TrimLeft(b[1:], " \t\r\n")
	return len(inner) == 0 || b[0] == '{' && inner[0] == '"' ||
		b[0] == '[' && (inner[0] == '{' || inner[0] == '[' || inner[0] == '"')
}

// valueEnd is the length of the JSON value b begins with.
func valueEnd(b []byte) (int, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	var skip json.RawMessage
	if err := dec.Decode(&skip); err != nil {
		return 0, err
	}
	return int(dec.InputOffset()), nil
}
