package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// errNotUTF8 says that a text is written another way. To pass it on would be to lose its letters: JSON knows UTF-8
// only.
var errNotUTF8 = errors.New(
	"is not written in UTF-8, and its letters would be lost: save the file as UTF-8 (spreadsheets call it CSV " +
		"UTF-8), or say how it is written, for example --encoding windows-1252")

// decoded reads an input as UTF-8, without the mark that spreadsheets put before it. Without an encoding a text is
// taken for UTF-8, which is held against it row by row, or for UTF-16 where its mark says so.
func decoded(r io.Reader, encoding string) (*bufio.Reader, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	mark, _ := buffered.Peek(3) // a shorter input has none
	switch {
	case encoding != "":
		e, err := htmlindex.Get(strings.ToLower(encoding))
		if err != nil {
			return nil, fmt.Errorf("--encoding %s is not known; common ones are windows-1252, iso-8859-1, "+
				"iso-8859-2, windows-1250, utf-16le", encoding)
		}
		buffered = bufio.NewReaderSize(e.NewDecoder().Reader(buffered), 64<<10)
		mark, _ = buffered.Peek(3)
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().
			Reader(buffered), 64<<10), nil
	}
	if bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		if _, err := buffered.Discard(len(mark)); err != nil {
			return nil, err
		}
	}
	return buffered, nil
}
