package table_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/waybillhq/waybill/internal/table"
)

// read gives the header and all rows of a table as one list.
func read(in io.Reader, o table.Options) (all [][]string, last table.Row, err error) {
	r, err := table.NewReader(in, o)
	if err != nil {
		return nil, last, err
	}
	all = append(all, r.Header())
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all, last, nil
		}
		if last = row; err != nil {
			return all, row, err
		}
		all = append(all, append([]string{}, row.Cells...))
	}
}

func written(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestATableIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	const text = "Name;Preis\r\nJosé;9,50\r\n"
	want := [][]string{{"Name", "Preis"}, {"José", "9,50"}}
	ansi, dos := written(t, charmap.Windows1252, text), written(t, charmap.CodePage850, text)
	for name, test := range map[string]struct {
		in   string
		o    table.Options
		want [][]string
	}{
		"UTF-8":       {in: text, want: want},
		"with a mark": {in: "\ufeff" + text, want: want},
		"UTF-16LE with a mark": {in: written(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text),
			want: want},
		"UTF-16BE with a mark": {in: written(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text),
			want: want},
		"UTF-16LE without one": {in: written(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), text),
			want: want},
		"UTF-16BE without one": {in: written(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), text),
			want: want},
		"Windows":         {in: ansi, o: table.Options{Encoding: "windows-1252"}, want: want},
		"Latin-1":         {in: ansi, o: table.Options{Encoding: "latin1"}, want: want},
		"as people say":   {in: ansi, o: table.Options{Encoding: "Latin-1"}, want: want},
		"as Windows says": {in: ansi, o: table.Options{Encoding: "ANSI"}, want: want},
		"DOS":             {in: dos, o: table.Options{Encoding: "cp850"}, want: want},
		"UTF-8, said":     {in: text, o: table.Options{Encoding: "UTF-8"}, want: want},
		"tabs":            {in: "a\tb\n1,5\t2;3\n", want: [][]string{{"a", "b"}, {"1,5", "2;3"}}},
		"pipes":           {in: "a|b\n1|2\n", want: [][]string{{"a", "b"}, {"1", "2"}}},
		"commas":          {in: "a,b\n1;2,3\n", want: [][]string{{"a", "b"}, {"1;2", "3"}}},
		"a delimiter that is named": {in: "a#b\n1#2\n", o: table.Options{Delimiter: '#'},
			want: [][]string{{"a", "b"}, {"1", "2"}}},
		"one column": {in: "note\nhello\n", want: [][]string{{"note"}, {"hello"}}},
		"Excel's own line": {in: "\ufeffsep=;\r\na;b\r\n1,2;3\r\n",
			want: [][]string{{"a", "b"}, {"1,2", "3"}}},
		"line breaks in a cell": {in: "a,b\n\"x\ny\r\nz\",2\n3,4\n", want: [][]string{{"a", "b"}, {"x\ny\nz", "2"},
			{"3", "4"}}},
		"empty rows":              {in: "a;b\n;\n\n1;2\n ; \n", want: [][]string{{"a", "b"}, {"1", "2"}}},
		"a column never filled":   {in: "a;b;;\n1;2;;\n", want: [][]string{{"a", "b", "", ""}, {"1", "2", "", ""}}},
		"cells beyond the header": {in: "a;b\n1;2;;\n", want: [][]string{{"a", "b"}, {"1", "2"}}},
		"quotes": {in: "a;b\n\"say \"\"hi\"\"; all\";2\n",
			want: [][]string{{"a", "b"}, {`say "hi"; all`, "2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := read(strings.NewReader(test.in), test.o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatCannotBeReadForCertainIsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	ansi := written(t, charmap.Windows1252, "Name;Ort\nAnna;Köln\nJosé;Łódź"[:len("Name;Ort\nAnna;Köln\nJosé;")]+"x\n")
	for name, test := range map[string]struct {
		in   string
		o    table.Options
		want []string
		line int
	}{
		"letters of Windows": {in: ansi, line: 2,
			want: []string{`column "Ort"`, "--encoding windows-1252", `"Köln"`}},
		"letters of Windows in the header": {in: "Gr\xf6\xdfe,b\n1,2\n", want: []string{"the header", `"Größe"`}},
		"UTF-8 said to be Windows": {in: "a,b\nJosé,1\nZoë,2\n", o: table.Options{Encoding: "windows-1252"},
			want: []string{"leave --encoding out"}},
		"a mark against the encoding": {in: "\ufeffa,b\n1,2\n", o: table.Options{Encoding: "windows-1252"},
			want: []string{"the mark of utf-8"}},
		"letters lost before": {in: "a,b\nJos\ufffd,1\n", line: 2, want: []string{"a letter that was lost"}},
		"an encoding nobody knows": {in: "a", o: table.Options{Encoding: "klingon"},
			want: []string{"klingon is not known"}},
		"a workbook":      {in: "PK\x03\x04\x14\x00", want: []string{".xlsx", "CSV UTF-8"}},
		"an old workbook": {in: "\xd0\xcf\x11\xe0\xa1\xb1", want: []string{".xls", "CSV UTF-8"}},
		"a PDF":           {in: "%PDF-1.7", want: []string{"a PDF"}},
		"a web page":      {in: "\r\n<!DOCTYPE html><html>", want: []string{"a web page"}},
		"a packed file":   {in: "\x1f\x8b\x08", want: []string{"gunzip"}},
		"two delimiters":  {in: "a;b,c;d,e\n1;2,3;4,5\n", want: []string{"--delimiter"}},
		"lines of a Mac":  {in: "a,b\r1,2\r", want: []string{"CSV UTF-8"}},
		"a row that is too short": {in: "a,b,c\n1,2,3\n4,5\n", line: 3,
			want: []string{"has 2 cells, and the header has 3"}},
		"a row that is too long":     {in: "a,b\n1,2\n4,5,6\n", line: 3, want: []string{"in quotes"}},
		"a quote that stays open":    {in: "a,b\n\"1,2\n3,4\n", line: 2, want: []string{"not closed"}},
		"a quote inside":             {in: "a,b\n1,5\" tube\n", line: 2, want: []string{"double the quotes"}},
		"a cell below nothing":       {in: "a,b,\n1,2,3\n", line: 2, want: []string{"a column without a name"}},
		"zeros":                      {in: "a,b\n1\x00,2\n", line: 2, want: []string{"zero byte"}},
		"behind a cell of two lines": {in: "a,b\n\"x\ny\",1\n1\n", line: 4, want: []string{"has 1 cells"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, row, err := read(strings.NewReader(test.in), test.o)
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%v; want %q in it", err, want)
				}
			}
			if row.Line != test.line {
				t.Errorf("line %d, want %d", row.Line, test.line)
			}
		})
	}
	for _, given := range []string{"", ";;", `"`, "\n"} {
		if r, err := table.ParseDelimiter(given); err == nil {
			t.Errorf("%q is taken for the delimiter %q", given, r)
		}
	}
	for cell, destroyed := range map[string]bool{"1.23E+12": true, "1,23E+12": true, "#N/A": true, "#####": true,
		"#NV": true, "Err:502": true, "12E5": false, "#1": false, "E+1": false, "": false} {
		if err := table.Destroyed(cell); (err != nil) != destroyed {
			t.Errorf("%q: %v", cell, err)
		}
	}
}

// rows writes a table of many rows without ever holding it.
type rows struct {
	n, sent int
	left    string
}

func (r *rows) Read(p []byte) (int, error) {
	if r.left == "" && r.sent > r.n {
		return 0, io.EOF
	}
	if r.left == "" {
		r.left = fmt.Sprintf("%d;customer-%d@shop.example;Straße %d;9,50\n", r.sent, r.sent, r.sent)
		if r.sent == 0 {
			r.left = "Nr;Mail;Street;Price\n"
		}
		r.sent++
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

func TestALongTableIsReadRowByRow(t *testing.T) {
	t.Parallel()
	const many = 100_000
	source := &rows{n: many}
	r, err := table.NewReader(source, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if source.sent > 3000 {
		t.Errorf("%d rows were read for the header", source.sent)
	}
	n := 0
	for ; ; n++ {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n != many {
		t.Errorf("%d rows, want %d", n, many)
	}
}
