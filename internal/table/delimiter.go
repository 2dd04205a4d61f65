package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// delimiters are the delimiters that are tried when none is named, the most usual first.
var delimiters = []rune{',', ';', '\t', '|'}

// DelimiterNames are names for delimiters that are hard to type on a command line.
var DelimiterNames = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t', `\t`: '\t', "pipe": '|'}

// ParseDelimiter reads a delimiter as a person gives it: the character itself, or its name in [DelimiterNames].
func ParseDelimiter(given string) (rune, error) {
	if r, ok := DelimiterNames[strings.ToLower(given)]; ok {
		return r, nil
	}
	letters := []rune(given)
	if len(letters) == 1 && !strings.ContainsRune("\"\r\n \ufffd", letters[0]) {
		return letters[0], nil
	}
	return 0, fmt.Errorf("%q is no delimiter: give one character, or comma, semicolon, tab or pipe", given)
}

// separatorLine is the line that spreadsheets write before the header to name the delimiter.
var separatorLine = regexp.MustCompile(`^"?(?i:sep)=([;,\t|])"?\r?(?:\n|$)`)

// declared skips a line that names the delimiter, and returns the delimiter; 0 where there is no such line.
func declared(r *bufio.Reader) (rune, error) {
	head, _ := r.Peek(len("\"sep=;\"\r\n")) // a shorter input may be such a line too
	line := separatorLine.FindSubmatch(head)
	if line == nil {
		return 0, nil
	}
	_, err := r.Discard(len(line[0]))
	return rune(line[1][0]), err
}

// rowsCompared is how many rows are looked at to find the delimiter.
const rowsCompared = 50

// found finds the delimiter: the only one that splits the header and gives every row as many cells as the header.
func found(r *bufio.Reader) (rune, error) {
	head, _ := r.Peek(atOnce)
	whole := len(head) < atOnce
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		return 0, errors.New("its lines end as on Macs of long ago (CR): save it again as CSV UTF-8")
	}
	type candidate struct {
		delimiter rune
		columns   int
		even      bool
	}
	var parting, even []candidate
	for _, d := range delimiters {
		c := candidate{delimiter: d}
		c.columns, c.even = shape(head, d, whole)
		if c.columns > 1 {
			parting = append(parting, c)
			if c.even {
				even = append(even, c)
			}
		}
	}
	switch {
	case len(even) == 1:
		return even[0].delimiter, nil
	case len(parting) == 0:
		return ',', nil // a table of one column
	case len(even) == 0 && len(parting) == 1:
		return parting[0].delimiter, nil // a row that does not fit is named when it is read
	}
	if len(even) == 0 {
		even = parting
	}
	return 0, fmt.Errorf("its cells could be parted by %q (%d columns) or by %q (%d columns): say which with "+
		"--delimiter",
		even[0].delimiter, even[0].columns, even[1].delimiter, even[1].columns)
}

// shape returns how many columns the header has with a delimiter, and whether the rows below have as many cells.
func shape(head []byte, d rune, whole bool) (columns int, even bool) {
	reader := csv.NewReader(bytes.NewReader(head))
	reader.Comma, reader.FieldsPerRecord = d, -1
	header, err := reader.Read()
	if err != nil {
		return 0, false
	}
	columns = len(header)
	for range rowsCompared {
		cells, err := reader.Read()
		if err != nil { // the end, a row that is cut off, or a row with wrong quotes
			return columns, !whole || errors.Is(err, io.EOF)
		}
		if reader.InputOffset() == int64(len(head)) && !whole {
			break // the row may continue beyond head
		}
		if len(cells) != columns && !surplusIsEmpty(cells, columns) {
			return columns, false
		}
	}
	return columns, true
}

// surplusIsEmpty says whether a row is longer than the header by empty cells only, as spreadsheets write such rows.
func surplusIsEmpty(cells []string, columns int) bool {
	return len(cells) > columns && strings.Join(cells[columns:], "") == ""
}
