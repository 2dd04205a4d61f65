package table

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Options say how a table is written. A Reader finds out the rest where the table leaves no doubt.
type Options struct {
	// Encoding is the name of the text's encoding, such as windows-1252.
	Encoding string
	// Delimiter stands between the cells; 0 lets the Reader find the delimiter from the rows.
	Delimiter rune
}

// Row is one row below the header.
type Row struct {
	Number int // counted below the header, from 1
	Line   int // line of the file at which the row begins, counted from 1
	// Cells are as many as the header's. They are valid until the next call of [Reader.Next].
	Cells []string
}

// Reader reads a table row by row.
type Reader struct {
	csv    *csv.Reader
	header []string
	rows   int
	text   text
	// above is the number of lines before the header.
	above int
	// letters counts characters beyond ASCII. alike counts those among them that look like UTF-8 read in a wrong
	// encoding.
	letters, alike int
}

// NewReader reads the header of a table. The error for an empty input is io.EOF.
func NewReader(r io.Reader, o Options) (*Reader, error) {
	t, err := decode(r, o.Encoding)
	if err != nil {
		return nil, err
	}
	said, err := declared(t.reader)
	if err != nil {
		return nil, err
	}
	reader := &Reader{csv: csv.NewReader(t.reader), text: t}
	if said != 0 {
		reader.above = 1
	}
	switch {
	case o.Delimiter != 0:
		said = o.Delimiter
	case said == 0:
		if said, err = found(t.reader); err != nil {
			return nil, err
		}
	}
	reader.csv.Comma, reader.csv.FieldsPerRecord = said, -1
	header, err := reader.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, fmt.Errorf("the header %w", plain(err))
	}
	for i, name := range header {
		if err := reader.readable(name); err != nil {
			return nil, fmt.Errorf("the header %w", err)
		}
		header[i] = strings.TrimSpace(name)
	}
	reader.header = header
	reader.csv.ReuseRecord = true
	return reader, nil
}

// Header returns the names of the columns, without the blanks around them. A spreadsheet column that was never filled
// may have an empty name.
func (r *Reader) Header() []string { return r.header }

// Delimiter returns the character between the cells.
func (r *Reader) Delimiter() rune { return r.csv.Comma }

// Next returns the next row that is not empty. The error after the last row is io.EOF. With any other error the
// returned Row says where the fault is.
func (r *Reader) Next() (Row, error) {
	for {
		cells, err := r.csv.Read()
		r.rows++
		row := Row{Number: r.rows, Cells: cells}
		if errors.Is(err, io.EOF) {
			return row, r.end()
		}
		if err != nil {
			if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
				row.Line = parse.StartLine + r.above
			}
			return row, plain(err)
		}
		row.Line, _ = r.csv.FieldPos(0)
		row.Line += r.above
		if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue
		}
		if surplusIsEmpty(cells, len(r.header)) {
			row.Cells = cells[:len(r.header)]
		}
		if len(row.Cells) != len(r.header) {
			return row, misshapen("has %d cells, and the header has %d: a cell that holds %q itself must stand in "+
				"quotes",
				len(cells), len(r.header), r.csv.Comma)
		}
		for i, cell := range row.Cells {
			if err := r.readable(cell); err != nil {
				return row, fmt.Errorf("column %q: %w", r.header[i], err)
			}
			if r.header[i] == "" && strings.TrimSpace(cell) != "" {
				return row, misshapen("cell %d (%q) stands in a column without a name: name it in the header, or "+
					"empty it",
					i+1, cell)
			}
		}
		return row, nil
	}
}

// Misshapen says that the cells of a row do not fit the header. The following rows can be read.
type Misshapen struct{ says string }

func (m *Misshapen) Error() string { return m.says }

func misshapen(format string, args ...any) error { return &Misshapen{fmt.Sprintf(format, args...)} }

// end returns the error after the last row: io.EOF, or that --encoding was wrong.
func (r *Reader) end() error {
	if r.alike > 0 && r.alike == r.letters {
		return fmt.Errorf("--encoding %s: every letter beyond A to Z reads as UTF-8 and as nothing sensible in %[1]s: "+
			"leave --encoding out", r.text.name)
	}
	return io.EOF
}

// readable says what is wrong with the letters of a cell; nil when nothing is.
func (r *Reader) readable(cell string) error {
	switch {
	case !utf8.ValidString(cell):
		return NotUTF8(cell)
	case strings.ContainsRune(cell, utf8.RuneError):
		return fmt.Errorf("%q holds the sign for a letter that was lost (\ufffd): the file was damaged when it was "+
			"saved, or --encoding is wrong", cell)
	case strings.ContainsRune(cell, 0):
		return fmt.Errorf("%q holds a zero byte: this is no text, or --encoding is wrong", cell)
	}
	if r.text.single != nil && strings.ContainsFunc(cell, func(c rune) bool { return c >= utf8.RuneSelf }) {
		r.letters++
		if raw, err := r.text.single.NewEncoder().String(cell); err == nil && utf8.ValidString(raw) {
			r.alike++
		}
	}
	return nil
}

// plain puts the CSV library's error about a row into a person's words.
func plain(err error) error {
	parse := (*csv.ParseError)(nil)
	if !errors.As(err, &parse) {
		return fmt.Errorf("cannot be read: %w", err)
	}
	switch {
	case errors.Is(parse.Err, csv.ErrBareQuote):
		return fmt.Errorf(`has a " inside a cell that does not begin with one (line %d, character %d): put the cell in `+
			`quotes and double the quotes in it`, parse.Line, parse.Column)
	case errors.Is(parse.Err, csv.ErrQuote) && parse.StartLine != parse.Line:
		return fmt.Errorf(`has a quote that is opened in line %d and not closed where its cell ends (line %d)`,
			parse.StartLine, parse.Line)
	case errors.Is(parse.Err, csv.ErrQuote):
		return fmt.Errorf(`has a quote that is not closed where its cell ends (line %d): double the quotes inside a `+
			`quoted cell`, parse.Line)
	}
	return fmt.Errorf("cannot be read: %w", parse.Err)
}

var (
	scientific = regexp.MustCompile(`^[+-]?\d([.,]\d+)?[eE]\+\d+$`)
	failed     = regexp.MustCompile(
		`^(#+|#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|NV|WERT!|BEZUG!|ZAHL!|SPILL!|CALC!)|Err:\d{3})$`)
)

// Destroyed returns an error for a cell that shows what a spreadsheet puts in the place of a value; nil for a value.
func Destroyed(cell string) error {
	switch cell = strings.TrimSpace(cell); {
	case scientific.MatchString(cell):
		return fmt.Errorf("%q is what a spreadsheet makes of a long number, and its digits are lost: format the "+
			"column as text there and enter the number anew; if it is meant so, add --text for this column", cell)
	case failed.MatchString(cell):
		return fmt.Errorf("%q is what a spreadsheet shows in place of a value that it has not: correct the cell; "+
			"if it is meant so, add --text for this column", cell)
	}
	return nil
}
