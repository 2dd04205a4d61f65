package intent

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// Remedy is something that a person can do about a write, as data: what to do, and with which write, record or right.
// Each face says it in its own way, a command on the command line, a button on a page. The message of a reason names it
// in angle brackets: "If it is the one: ⟨adopt 01j9x2 4711⟩". Messages of older versions hold commands instead.
type Remedy struct {
	// Do is adopt, retry, discard (a write), examine (the store, for a scope or as it is), role (make one that has a
	// scope) or restore (a record to a status).
	Do string `json:"do"`
	// Write is the write to do it to; empty for the write whose reason names the remedy.
	Write    string           `json:"write,omitempty"`
	Resource storage.Resource `json:"resource,omitempty"`
	Record   int64            `json:"record,omitempty"`
	Scope    string           `json:"scope,omitempty"`
	Status   string           `json:"status,omitempty"`
}

var remedyForm = regexp.MustCompile(`⟨[^⟨⟩]*⟩`)

// Remedies are what a message says can be done, in its order.
func Remedies(message string) []Remedy {
	var list []Remedy
	for _, form := range remedyForm.FindAllString(message, -1) {
		list = append(list, remedyOf(form))
	}
	return list
}

// Said is a message with a face's own words in the place of its remedies.
func Said(message string, word func(Remedy) string) string {
	return remedyForm.ReplaceAllStringFunc(message, func(form string) string { return word(remedyOf(form)) })
}

// WithoutRemedies is a store's own text, in which nothing may look like a remedy of ours.
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
		r.Record, _ = strconv.ParseInt(word(2), 10, 64) // written by us a moment ago, or nothing is named
	default:
		r.Write = word(1)
		r.Record, _ = strconv.ParseInt(word(2), 10, 64)
	}
	return r
}
