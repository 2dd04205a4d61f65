package schema

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Kind is the kind of value that a member holds.
type Kind string

// The kinds of members.
const (
	Text    Kind = "text"
	Money   Kind = "money"   // a decimal number written as a text
	Price   Kind = "price"   // Money that is not below zero
	Measure Kind = "measure" // a weight or length: a decimal number written as a text, not below zero
	Number  Kind = "number"  // a decimal number, as a number or a text
	Whole   Kind = "whole"   // a whole number
	Count   Kind = "count"   // a whole number that is not below zero
	ID      Kind = "id"      // the number of a record
	Flag    Kind = "flag"    // true or false
	Date    Kind = "date"    // a date, with or without a time
	Moment  Kind = "moment"  // a date with a time
	Email   Kind = "email"
	Country Kind = "country" // two letters
	URL     Kind = "url"
	Digits  Kind = "digits" // digits and hyphens
	IDs     Kind = "ids"    // a list of numbers of records
	Texts   Kind = "texts"  // a list of texts
	Any     Kind = "any"
	Object  Kind = "object"
	List    Kind = "list" // a list of objects
)

// LargestWhole is the largest whole number that a store keeps exactly. A store calculates with floating-point numbers,
// which cannot hold every larger whole number.
const LargestWhole = 1<<53 - 1

// Member is one member of a record, or of an object in it.
type Member struct {
	Name string
	Kind Kind
	// Computed says that the store shows the member in its answers and ignores it in a write.
	Computed bool
	// Remark says what to write in place of a computed member; empty when nothing can be written.
	Remark string
	// Since is the first WooCommerce version that takes the member; empty when every version does.
	Since string
	// OnCreate says that the store takes the member only when the record is created.
	OnCreate bool
	// EmptyIsNull says that the store refuses an empty text here, and that null clears the member.
	EmptyIsNull bool
	// Null says that the store takes null as a value here. A store ignores null in every other member.
	Null bool
	// Blank says that the store ignores or refuses an empty text here.
	Blank bool
	// Max is the largest absolute value of a whole number that a store has room for; [LargestWhole] unless members.txt
	// names another limit.
	Max int64
	// Members are the members of an object, or of each entry of a list.
	Members []*Member
}

// Of returns the members of a resource, as a Member without a name.
func Of(resource string) (*Member, bool) {
	m, ok := tables().resources[resource]
	return m, ok
}

// Find returns a member by its name; nil when there is none.
func (m *Member) Find(name string) *Member {
	for _, member := range m.Members {
		if member.Name == name {
			return member
		}
	}
	return nil
}

// TakenBy says whether a WooCommerce of this version takes the member. An empty version means an unknown one, for which
// TakenBy returns true.
func (m *Member) TakenBy(version string) bool {
	return m.Since == "" || version == "" || !older(version, m.Since)
}

//go:embed members.txt
var text string

type table struct {
	resources map[string]*Member
	synonyms  map[string][]string // "fee_lines:cost" or "cost" → names, in the order of the file
}

var tables = sync.OnceValue(func() table {
	t, err := parse(text)
	if err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return t
})

// parse reads the table of members.
func parse(text string) (table, error) {
	t := table{resources: map[string]*Member{}, synonyms: map[string][]string{}}
	var path []*Member // the open members, by depth
	inSynonyms := false
	for n, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		depth := (len(line) - len(trimmed)) / 2
		fields, remark, _ := strings.Cut(trimmed, " | ")
		words := strings.Fields(fields)
		switch {
		case depth == 0:
			inSynonyms = words[0] == "synonyms"
			root := &Member{Kind: Object}
			path = []*Member{root}
			if !inSynonyms {
				t.resources[words[0]] = root
			}
		case depth > len(path):
			return t, fmt.Errorf("line %d: is too deep", n+1)
		case inSynonyms:
			t.synonyms[words[0]] = append(t.synonyms[words[0]], words[1])
		default:
			m, err := member(words, remark)
			if err != nil {
				return t, fmt.Errorf("line %d: %w", n+1, err)
			}
			above := path[depth-1]
			above.Members = append(above.Members, m)
			path = append(path[:depth], m)
		}
	}
	meta := t.resources["meta"]
	delete(t.resources, "meta")
	for _, root := range t.resources {
		withMeta(root, meta)
	}
	return t, nil
}

// kindMeta marks a list of meta data in members.txt.
const kindMeta Kind = "meta"

func member(words []string, remark string) (*Member, error) {
	if len(words) < 2 {
		return nil, fmt.Errorf("%q has no kind", words[0])
	}
	name, computed := strings.CutPrefix(words[0], "-")
	m := &Member{Name: name, Computed: computed, Kind: Kind(words[1]), Remark: remark, Max: LargestWhole}
	for _, mark := range words[2:] {
		key, value, _ := strings.Cut(mark, "=")
		switch key {
		case "since":
			m.Since = value
		case "create":
			m.OnCreate = true
		case "empty":
			m.EmptyIsNull = value == "null"
		case "null":
			m.Null = true
		case "max":
			limit, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("%q is no mark", mark)
			}
			m.Max = limit
		case "blank":
			m.Blank = true
		default:
			return nil, fmt.Errorf("%q is no mark", mark)
		}
	}
	return m, nil
}

// withMeta gives the members of meta to every list of meta data in m, at every depth.
func withMeta(m, meta *Member) {
	for _, member := range m.Members {
		if member.Kind == kindMeta {
			member.Kind, member.Members = List, meta.Members
			continue
		}
		withMeta(member, meta)
	}
}

// older says whether version a comes before version b. Both begin with numbers and dots.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		p, q := part(x, i), part(y, i)
		if p != q {
			return p < q
		}
	}
	return false
}

func part(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	digits := parts[i]
	if end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		digits = digits[:end]
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
