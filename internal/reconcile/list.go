package reconcile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/table"
)

// Form says how a list is written. What it leaves open is found out where it is certain.
type Form struct {
	// Column names the orders in a CSV, Reference what the other side calls them; empty for the usual names.
	Column, Reference string
	// Encoding and Delimiter are those of package table.
	Encoding  string
	Delimiter rune
}

// Entry is an order of a list.
type Entry struct {
	// Word is its number or id, Reference what the other side calls it; empty where the list does not say.
	Word, Reference string
}

// largest bounds a list, so that nobody fills the memory with one.
const largest = 5_000_000

// usual are the columns that name orders in the lists that people have, the surest first; references are those that
// hold the other side's own number.
var (
	usual = []string{"order_number", "order number", "ordernumber", "order no", "order_id", "order id", "orderid",
		"order", "number", "id", "bestellnummer", "auftragsnummer", "commande", "pedido", "ordine"}
	references = []string{"reference", "erp_number", "erp number", "erp", "document", "belegnummer"}
)

// Read reads a list: CSV with a header, a JSON list of numbers or texts, or one word a line. The error is a problem of
// code input_invalid.
func Read(in io.Reader, form Form) ([]Entry, error) {
	reader := bufio.NewReaderSize(in, 64<<10)
	head, _ := reader.Peek(64 << 10)
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(trimmed) == 0:
		return nil, emptyList()
	case trimmed[0] == '[':
		return readJSON(reader)
	case form.Column == "" && plain(trimmed, len(head) < 64<<10):
		return readLines(reader)
	}
	return readTable(reader, form)
}

// Words makes a list of words.
func Words(words []string) (list []Entry, err error) {
	for _, w := range words {
		if list, err = add(list, Entry{Word: w}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// plain says whether a text is one word a line, without a header: its first line is a number, and nothing separates.
func plain(head []byte, whole bool) bool {
	if !whole {
		head = head[:bytes.LastIndexByte(head, '\n')+1]
	}
	first, _, _ := bytes.Cut(head, []byte("\n"))
	return !bytes.ContainsAny(head, ",;\t|") && bytes.ContainsAny(first, "0123456789") && !isUsual(string(first))
}

func isUsual(name string) bool {
	return slices.Contains(usual, strings.ToLower(strings.Trim(strings.TrimSpace(name), `"`)))
}

func readLines(in io.Reader) (list []Entry, err error) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if list, err = add(list, Entry{Word: lines.Text()}); err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); err != nil {
		return nil, unreadable(err)
	}
	return list, nil
}

func readJSON(in io.Reader) (list []Entry, err error) {
	decoder := json.NewDecoder(in)
	decoder.UseNumber()
	var words []any
	if err := decoder.Decode(&words); err != nil {
		return nil, unreadable(err)
	}
	for _, w := range words {
		var word string
		switch w := w.(type) {
		case string:
			word = w
		case json.Number:
			word = w.String()
		default:
			return nil, notWords()
		}
		if list, err = add(list, Entry{Word: word}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func readTable(in io.Reader, form Form) (list []Entry, err error) {
	rows, err := table.NewReader(in, table.Options{Encoding: form.Encoding, Delimiter: form.Delimiter})
	if errors.Is(err, io.EOF) {
		return nil, emptyList()
	}
	if err != nil {
		return nil, unreadable(err)
	}
	at, err := column(rows.Header(), form.Column, usual)
	if err != nil {
		return nil, err
	}
	if at < 0 && len(rows.Header()) == 1 {
		at = 0
	}
	if at < 0 {
		return nil, whichColumn(rows.Header())
	}
	reference, err := column(rows.Header(), form.Reference, references)
	if err != nil {
		return nil, err
	}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		cell := table.Unshield(row.Cells[at])
		if err := table.Destroyed(cell); err != nil {
			return nil, destroyed(row.Number, err)
		}
		e := Entry{Word: cell}
		if reference >= 0 && reference != at {
			e.Reference = table.Unshield(row.Cells[reference])
		}
		if list, err = add(list, e); err != nil {
			return nil, err
		}
	}
}

// column is the place of a column that is named, or of the first usual one; -1 for none.
func column(header []string, named string, usual []string) (int, error) {
	if named != "" {
		at := slices.Index(header, named)
		if at < 0 {
			return 0, noColumn(named, header)
		}
		return at, nil
	}
	for _, name := range usual {
		at := slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
		if at >= 0 {
			return at, nil
		}
	}
	return -1, nil
}

func add(list []Entry, e Entry) ([]Entry, error) {
	e.Word = strings.TrimPrefix(strings.TrimSpace(e.Word), "#")
	e.Reference = strings.TrimSpace(e.Reference)
	if e.Word == "" {
		return list, nil
	}
	if len(list) == largest {
		return nil, tooLong()
	}
	return append(list, e), nil
}
