package intent

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// Remedy is something that a person can do about a write, as data: what to do, and with which write, record or right.
// Each interface words a remedy in its own way: as a command on the command line, as a button on a page. The message of
// a reason names a remedy in angle brackets: "If it is the one: ⟨adopt 01j9x2 4711⟩". Messages of older versions
// contain commands instead.
type Remedy struct {
	// Do is the action: adopt, retry, discard (for a write), examine (the store, for a scope or in general), role (make
	// a role with a scope) or restore (a record to a status).
	Do string `json:"do"`
	// Write is the write to act on; empty for the write whose reason names the remedy.
	Write    string           `json:"write,omitempty"`
	Resource storage.Resource `json:"resource,omitempty"`
	Record   int64            `json:"record,omitempty"`
	Scope    string           `json:"scope,omitempty"`
	Status   string           `json:"status,omitempty"`
}

var remedyForm = regexp.MustCompile(`⟨[^⟨⟩]*⟩`)

// Remedies returns the remedies that a message names, in their order.
func Remedies(message string) []Remedy {
	var list []Remedy
	for _, form := range remedyForm.FindAllString(message, -1) {
		list = append(list, remedyOf(form))
	}
	return list
}

// Said returns a message with each remedy in the words that word returns.
func Said(message string, word func(Remedy) string) string {
	return remedyForm.ReplaceAllStringFunc(message, func(form string) string { return word(remedyOf(form)) })
}

// WithoutRemedies returns a store's own text without anything that looks like a remedy.
func WithoutRemedies(text string) string {
	return strings.NewReplacer("⟨", "<", "⟩", ">").Replace(text)
}

func remedyOf(form string) Remedy {
	words := strings.Fields(strings.Trim(form, "⟨⟩"))
	word := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	r := Remedy{Do: word(0)}
	switch r.Do {
	case "examine", "role":
		r.Scope = word(1)
	case "restore":
		r.Resource, r.Status = storage.Resource(word(1)), word(3)
		r.Record, _ = strconv.ParseInt(word(2), 10, 64) // a text that is no number names no record
	default:
		r.Write = word(1)
		r.Record, _ = strconv.ParseInt(word(2), 10, 64)
	}
	return r
}
