package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
)

// Text reads an input as UTF-8, without the byte order mark that spreadsheets write. name is the input's encoding; when
// empty, the input is UTF-16 if a mark or the zeros between its letters say so, and UTF-8 otherwise. The caller must
// check that text taken for UTF-8 is valid ([NotUTF8]). An input that is no text, such as an Excel workbook, is an
// error that names its format.
func Text(r io.Reader, name string) (*bufio.Reader, error) {
	t, err := decode(r, name)
	if err != nil {
		return nil, err
	}
	return t.reader, nil
}

// text is an input that is being decoded.
type text struct {
	reader *bufio.Reader
	// single is the named encoding when each letter of it is one byte; nil otherwise.
	single *charmap.Charmap
	name   string
}

// atOnce is how many bytes of an input are looked at before reading begins.
const atOnce = 64 << 10

func decode(r io.Reader, name string) (text, error) {
	raw := bufio.NewReaderSize(r, atOnce)
	head, _ := raw.Peek(atOnce) // a shorter input has less
	if what, instead := otherFile(head); what != "" {
		return text{}, fmt.Errorf("this is %s and not text: %s", what, instead)
	}
	marked, mark := markedEncoding(head)
	if name != "" {
		e, canonical, err := named(name)
		if err != nil {
			return text{}, err
		}
		if marked != "" && !strings.EqualFold(marked, canonical) && !strings.HasPrefix(canonical, "utf-16") {
			return text{}, fmt.Errorf("--encoding %s: the text begins with the mark of %s: leave --encoding out", name,
				marked)
		}
		if marked == "" && !strings.EqualFold(canonical, "utf-8") {
			single, _ := e.(*charmap.Charmap)
			return text{bufio.NewReaderSize(e.NewDecoder().Reader(raw), atOnce), single, name}, nil
		}
	}
	if marked == "" {
		marked = unmarkedUTF16(head)
	}
	switch marked {
	case "utf-16le", "utf-16be":
		order := unicode.LittleEndian
		if marked == "utf-16be" {
			order = unicode.BigEndian
		}
		decoder := unicode.UTF16(order, unicode.UseBOM).NewDecoder()
		return text{reader: bufio.NewReaderSize(decoder.Reader(raw), atOnce)}, nil
	}
	_, err := raw.Discard(mark)
	return text{reader: raw}, err
}

// markedEncoding returns the encoding whose byte order mark an input begins with, and the length of a UTF-8 mark.
func markedEncoding(head []byte) (name string, mark int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8", 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le", 0
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be", 0
	}
	return "", 0
}

// unmarkedUTF16 recognises UTF-16 without a mark. In Latin scripts every second byte is zero, as in no other encoding.
func unmarkedUTF16(head []byte) string {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch pairs := len(head) / 2; {
	case pairs == 0:
	case zeros[1] > pairs/2 && zeros[0] == 0:
		return "utf-16le"
	case zeros[0] > pairs/2 && zeros[1] == 0:
		return "utf-16be"
	}
	return ""
}

// spoken maps names that people and spreadsheet programs use for encodings to the registered names.
var spoken = map[string]string{
	"ansi": "windows-1252", "windows": "windows-1252", "latin": "windows-1252", "latin-1": "windows-1252",
	"latin 1": "windows-1252", "latin-9": "iso-8859-15", "latin 9": "iso-8859-15", "dos": "cp850",
}

// named finds an encoding by the name that a person gives.
func named(name string) (e encoding.Encoding, canonical string, err error) {
	lower := strings.ToLower(strings.TrimSpace(name))
	if known := spoken[lower]; known != "" {
		lower = known
	}
	if e, err = htmlindex.Get(lower); err == nil {
		canonical, err = htmlindex.Name(e)
		return e, canonical, err
	}
	if e, err = ianaindex.IANA.Encoding(strings.Replace(lower, "cp", "ibm", 1)); err == nil && e != nil {
		return e, lower, nil
	}
	return nil, "", fmt.Errorf("--encoding %s is not known; common ones are windows-1252, iso-8859-15, windows-1250, "+
		"cp850, utf-16le", name)
}

// otherFile says which format an input has that is no text, and what to do instead; empty for text.
func otherFile(head []byte) (what, instead string) {
	const saveAs = "open it in a spreadsheet program and save it as “CSV UTF-8”"
	for _, known := range []struct{ magic, what, instead string }{
		{"PK\x03\x04", "an Excel or LibreOffice workbook (.xlsx, .ods) or another zip archive", saveAs},
		{"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", saveAs},
		{"%PDF", "a PDF", "export the table as CSV where the PDF was made"},
		{"\x1f\x8b", "compressed with gzip", "unpack it first, with gunzip"},
		{"SQLite format 3", "an SQLite database", "export its table as CSV"},
		{"{\\rtf", "a Word document", "copy its table into a spreadsheet program and save it as “CSV UTF-8”"},
	} {
		if bytes.HasPrefix(head, []byte(known.magic)) {
			return known.what, known.instead
		}
	}
	start := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	if bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) ||
		bytes.HasPrefix(start, []byte("<?xml")) {
		return "a web page or XML", "download the file itself; a login page may have been saved in its place"
	}
	return "", ""
}

// NotUTF8 returns an error for a text that is not UTF-8. The error shows how the text reads in the encodings that it
// may have. Such a text is refused because JSON holds UTF-8 only and its letters would be lost.
func NotUTF8(sample string) error {
	var readings []string
	for _, guess := range []struct {
		name string
		e    *charmap.Charmap
	}{{"windows-1252", charmap.Windows1252}, {"windows-1250", charmap.Windows1250}, {"cp850", charmap.CodePage850}} {
		reading, err := guess.e.NewDecoder().String(excerpt(sample))
		if err != nil || strings.ContainsFunc(reading, unprintable) ||
			slices.ContainsFunc(readings,
				func(r string) bool { return strings.HasPrefix(r, fmt.Sprintf("%q", reading)) }) {
			continue
		}
		readings = append(readings, fmt.Sprintf("%q with --encoding %s", reading, guess.name))
	}
	text := "is not written in UTF-8, and its letters would be lost: say how it is written with --encoding, or save " +
		"the file as UTF-8 (spreadsheets call it CSV UTF-8)"
	if len(readings) > 0 {
		text += "; it reads " + strings.Join(readings, ", ")
	}
	return errors.New(text)
}

// excerpt returns the text around the first byte that is not UTF-8.
func excerpt(sample string) string {
	at := 0
	for at < len(sample) {
		r, size := utf8.DecodeRuneInString(sample[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return sample[max(0, at-20):min(len(sample), at+20)]
}

func unprintable(r rune) bool {
	return r == utf8.RuneError || r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0
}
