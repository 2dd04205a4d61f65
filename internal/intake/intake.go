package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/table"
)

// Options say what the rows of an input mean.
type Options struct {
	Action   outbox.Action
	Resource storage.Resource
	ParentID int64  // order of notes and refunds, product of variations
	RecordID int64  // of an update of one record whose rows have no id
	Name     string // the same by SKU, e-mail address, or number of an order
	Order    string // the same for an order by a word that may be an id or a number
	Force    bool
	Policy   outbox.Policy
	// Key is the caller's idempotency key. A single row gets it unchanged, several rows get "#1", "#2", … added.
	// Without Key, creates get keys derived from their content. Changes of stock by a number get such keys once their
	// record is found (see [NameByContent]). Every other write gets a new key each time: setting a stock to 5 today and
	// again tomorrow are two writes.
	Key string
	// KeyColumn is the column of a table, or the field of JSON, whose value makes the key of each row (keyed.go).
	KeyColumn string
	// CSV reads comma-separated values; otherwise JSON is recognised by its first character.
	CSV bool
	// Typed says that a person has typed the values one by one (see [Typed]). The values of CSV always count as typed.
	Typed bool
	// Columns maps CSV columns to paths, such as "Order No" to "meta_data.erp_number". A column that is not named is
	// taken by its header. An empty path leaves a column out, as Ignore does.
	Columns map[string]string
	Ignore  []string
	// AsText are the columns whose cells are taken unchanged: their dates, amounts and signs are not interpreted.
	AsText []string
	// Table says how the file is written. Its encoding counts for JSON too.
	Table table.Options
	// Decimal and Dates say how amounts and dates of CSV are read that could be read in two ways.
	Decimal table.Decimal
	Dates   table.Dates
	// Limit is how many bytes one row may have; 0 means 4 MiB.
	Limit int
}

// Row is one write of an input.
type Row struct {
	outbox.Write
	// Name is the SKU of the product or variation, or the e-mail address of the customer, that is to be changed, when
	// the row gives no id. For an order it is the number that people see. Package writes looks the record up.
	Name string
	// Order is the word that named the order on a command line, which may be an id or a number; empty otherwise.
	Order string
	// Row and Line say where the row stands in a file, as in a [RowError]; 0 for a row from elsewhere.
	Row, Line int
}

// names are the fields that name a record of a resource instead of its id.
var names = map[storage.Resource]string{storage.Products: "sku", storage.Customers: "email", storage.Orders: "number"}

// RowError says which row of an input could not be used, and why.
type RowError struct {
	Row  int // 1 is the first row of data
	Line int // of the file, if the file has lines; 0 otherwise
	Err  error
}

func (e *RowError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("row %d (line %d of the file): %v", e.Row, e.Line, e.Err)
	}
	return fmt.Sprintf("row %d: %v", e.Row, e.Err)
}

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

// place says where a row stands.
type place struct {
	row, line int
	key       string // value in the column [Options].KeyColumn
}

func (p place) error(err error) *RowError { return &RowError{Row: p.row, Line: p.line, Err: err} }

// RowErrors are several rows that could not be used, in their order.
type RowErrors []*RowError

func (e RowErrors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the error of each row.
func (e RowErrors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

// ErrEmpty says that the input held no row.
var ErrEmpty = errors.New("the input holds nothing to write")

// Read reads all writes of an input. The error is a *RowError where one row cannot be used, and RowErrors for several.
func Read(r io.Reader, o Options) ([]Row, error) {
	if o.Limit <= 0 {
		o.Limit = 4 << 20
	}
	rows := jsonRows
	if o.CSV {
		rows = csvRows
	}
	var writes []Row
	var wrong RowErrors
	seen, byColumn := map[string]int{}, keyed{o.KeyColumn, map[string]place{}}
	err := rows(r, o, func(at place, body json.RawMessage, err error) {
		var w Row
		if err == nil {
			w, err = o.write(body)
		}
		if err == nil && o.KeyColumn != "" {
			err = byColumn.name(&w, at, at.key)
		}
		if err != nil {
			wrong = append(wrong, at.error(err))
			return
		}
		if o.KeyColumn == "" && o.Key == "" && o.Action == outbox.Create {
			w.Key = derivedKey(w.Write, seen)
		}
		if !o.Typed {
			w.Row, w.Line = at.row, at.line
		}
		writes = append(writes, w)
	})
	// Faults of earlier rows are reported together with the error that ends the reading.
	if last, ok := err.(*RowError); ok { //nolint:errorlint // one within another error is told by that
		wrong, err = append(wrong, last), nil
	}
	switch {
	case err != nil:
		return nil, err
	case len(wrong) == 1:
		return nil, wrong[0]
	case len(wrong) > 1:
		return nil, wrong
	}
	if len(writes) == 0 {
		return nil, ErrEmpty
	}
	for i := range writes {
		if o.Key == "" {
			break
		}
		writes[i].Key = KeyOf(o.Key, i, len(writes))
	}
	return writes, nil
}

// KeyOf returns the idempotency key of one of several writes that were given one key: that key with "#1", "#2", …
// added. A single write gets the key itself.
func KeyOf(key string, index, of int) string {
	if of == 1 {
		return key
	}
	return fmt.Sprintf("%s#%d", key, index+1)
}

// write takes the record's id out of a row and leaves the fields.
func (o Options) write(row json.RawMessage) (Row, error) {
	w := Row{Write: outbox.Write{Action: o.Action, Resource: o.Resource, RecordID: o.RecordID, ParentID: o.ParentID,
		Force: o.Force, Policy: o.Policy, Body: row}, Name: o.Name, Order: o.Order}
	if o.CSV || o.Typed {
		typed, err := Typed(o.Resource, row)
		if err != nil {
			return w, err
		}
		row, w.Body = typed, typed
	} else if err := errDoubled(row); err != nil {
		return w, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(row, &fields); err != nil {
		return w, noRow(err)
	}
	for name, into := range map[string]*int64{"id": &w.RecordID, "parent_id": &w.ParentID} {
		raw, given := fields[name]
		if !given || name == "parent_id" && !nested(o.Resource) || name == "id" && o.Action == outbox.Create {
			continue
		}
		id, err := strconv.ParseInt(string(bytes.Trim(raw, `"`)), 10, 64)
		if err != nil {
			return w, noNumber(name, raw)
		}
		if *into != 0 && *into != id {
			return w, otherNumber(name, *into, id)
		}
		*into = id
		delete(fields, name)
	}
	if field := names[o.Resource]; o.Action != outbox.Create && w.RecordID == 0 && w.Name == "" && w.Order == "" &&
		field != "" {
		if raw, given := fields[field]; given {
			if json.Unmarshal(raw, &w.Name) != nil {
				w.Name = string(raw) // written as a number in JSON
			}
			delete(fields, field)
		}
	}
	if o.Action == outbox.Delete {
		w.Body = nil
		return w, nil
	}
	body, err := json.Marshal(fields)
	w.Body = body
	return w, err
}

func nested(r storage.Resource) bool {
	return r == storage.OrderNotes || r == storage.Refunds || r == storage.Variations
}

// derivedKey returns a key made of the content of a row and of how many equal rows stand before it. Two equal rows of
// one file are two orders, and the same file read again gives the same keys.
func derivedKey(w outbox.Write, seen map[string]int) string {
	content := outbox.Fingerprint(w)
	seen[content]++
	return fmt.Sprintf(rowKeys+"%s-%d", content, seen[content])
}

// NameByContent gives keys made of their content to the writes that have no key and must not be done twice: creates,
// and changes of stock by a number. A command that is repeated because its answer was not seen then does nothing twice.
// A write that sets a stock gets no such key: the same count tomorrow is another write.
func NameByContent(writes []outbox.Write) {
	seen := map[string]int{}
	for i, w := range writes {
		switch {
		case w.Key != "":
		case w.Action == outbox.Create:
			writes[i].Key = againKeys + outbox.Fingerprint(w)
		case outbox.AddsStock(w): // two equal changes in one command are two
			key := fmt.Sprintf(againKeys+"%s-%d", outbox.Fingerprint(w), w.RecordID)
			seen[key]++
			writes[i].Key = fmt.Sprintf("%s-%d", key, seen[key])
		}
	}
}

// jsonRows reads one object, an array of objects, or objects one after the other.
func jsonRows(in io.Reader, o Options, row func(place, json.RawMessage, error)) error {
	r, err := table.Text(in, o.Table.Encoding)
	if err != nil {
		return err
	}
	first, err := firstCharacter(r)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	dec := json.NewDecoder(r)
	array := first == '['
	if array {
		if _, err := dec.Token(); err != nil {
			return err
		}
	}
	for n := 1; ; n++ {
		if array && !dec.More() {
			if _, err := dec.Token(); err != nil {
				return &RowError{Row: n, Err: listNeverEnds(err)}
			}
			return nil
		}
		var raw json.RawMessage
		err := dec.Decode(&raw)
		switch {
		case errors.Is(err, io.EOF) && !array:
			return nil
		case err != nil && n == 1 && !strings.ContainsRune("{[", first):
			return &RowError{Row: n, Err: tableForJSON(err)}
		case err != nil:
			return &RowError{Row: n, Err: noJSON(err)}
		case len(raw) > o.Limit:
			return &RowError{Row: n, Err: rowTooLong(o.Limit)}
		case !utf8.Valid(raw):
			return &RowError{Row: n, Err: table.NotUTF8(string(raw))}
		}
		at := place{row: n}
		if o.KeyColumn != "" {
			if at.key, err = valueAt(raw, o.KeyColumn); err != nil {
				err = fmt.Errorf("--key-column %s: %w", o.KeyColumn, err)
			}
		}
		row(at, raw, err)
	}
}

func firstCharacter(r *bufio.Reader) (rune, error) {
	for {
		c, _, err := r.ReadRune()
		if err != nil {
			return 0, err
		}
		if !unicode.IsSpace(c) {
			return c, r.UnreadRune()
		}
	}
}
