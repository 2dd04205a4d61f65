package evidence

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/woo"
)

const (
	keepJSON    = 192 << 10 // of one answer; lists are asked for with few fields, so real answers stay far below
	keepSnippet = 700
)

// ReadFacts turns a body into what is kept of it. Of JSON only the named fields are kept: a store that ignores _fields
// sends whole records with its customers' data, and those must not end up in evidence.
func ReadFacts(status int, header http.Header, raw []byte, fields []string, c *Cleaner) Body {
	raw, garbled := decode(header, raw)
	b := Body{Bytes: int64(len(raw)), Count: -1, Garbled: garbled}
	if garbled != "" {
		b.Kind = "binary"
		return b
	}
	sum := sha256.Sum256(raw)
	b.Hash = hex.EncodeToString(sum[:8])
	trimmed := bytes.TrimSpace(raw)
	if len(trimmed) == 0 {
		b.Kind = "empty"
	} else if value, front, behind, ok := splitJSON(raw); ok {
		b.Behind = Clip(c.Clean(printable(bytes.TrimSpace(behind))), keepSnippet)
		b.readJSON(value, front, fields, c)
		if status >= http.StatusBadRequest && b.Code == "" {
			// Every error of WordPress has a code. Firewalls and gateways write {"message":…}: that is a page of
			// theirs.
			b.readText(raw, c)
		}
	} else {
		b.readText(raw, c)
		b.Cut = b.Kind == "text" && isCut(trimmed)
	}
	if mark := woo.Fingerprint(status, header, raw); mark != "" {
		b.Marks = append(b.Marks, mark)
	}
	for _, mark := range findMarks(status, header, raw) {
		if !slices.Contains(b.Marks, mark) {
			b.Marks = append(b.Marks, mark)
		}
	}
	return b
}

// splitJSON finds the JSON of an answer and what was printed in front of it and behind it. The client takes only what
// certainly is the answer; here nothing is done with the value, so text that runs straight into it is split off as
// well.
func splitJSON(raw []byte) (value json.RawMessage, front, behind []byte, ok bool) {
	if value, stray, ok := woo.SplitJSON(raw); ok && isContainer(value) {
		// The client gives what stood around the value in one piece; it never takes a value with text on both sides.
		if bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(raw, byteOrderMark)), value) &&
			len(bytes.TrimSpace(bytes.TrimPrefix(stray, byteOrderMark))) > 0 {
			mark, rest := cutMark(stray)
			return value, mark, rest, true
		}
		return value, stray, nil, true
	}
	const farthest = 64 << 10
	page := pageTag.Match(raw[:min(len(raw), 8192)])
	for at := 0; at < min(len(raw), farthest); at++ {
		rest := bytes.TrimSpace(raw[at:])
		if raw[at] != '{' && raw[at] != '[' || len(rest) < 2 || rest[1] != '"' && rest[1] != '{' && rest[1] != ']' {
			continue
		}
		if json.Valid(rest) {
			return rest, raw[:at], nil, true
		}
		// Text on both sides: the answer begins a line or follows a tag. A page with some JSON in it is a page.
		var inner json.RawMessage
		decoder := json.NewDecoder(bytes.NewReader(rest))
		if before := bytes.TrimRight(raw[:at], " \t"); !page && len(before) > 0 &&
			bytes.IndexByte([]byte(">\n"), before[len(before)-1]) >= 0 && decoder.Decode(&inner) == nil {
			return inner, raw[:at], rest[decoder.InputOffset():], true
		}
	}
	return nil, nil, nil, false
}

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// cutMark separates a byte order mark from the text after it.
func cutMark(stray []byte) (mark, rest []byte) {
	if rest, ok := bytes.CutPrefix(stray, byteOrderMark); ok {
		return byteOrderMark, rest
	}
	return nil, stray
}

// isCut reports JSON that ends too early.
func isCut(raw []byte) bool {
	if !isContainer(raw) {
		return false
	}
	var value json.RawMessage
	return errors.Is(json.NewDecoder(bytes.NewReader(raw)).Decode(&value), io.ErrUnexpectedEOF)
}

func (b *Body) readJSON(value json.RawMessage, stray []byte, fields []string, c *Cleaner) {
	b.Kind = "json"
	b.BOM = bytes.HasPrefix(stray, byteOrderMark)
	// Blank space around a value is JSON too, so it is no noise; blank lines in front are counted, because they come
	// from a file that begins with them, and some clients stumble.
	if len(bytes.TrimSpace(stray)) > 0 {
		b.Stray = Clip(c.Clean(printable(stray)), keepSnippet)
	} else {
		b.Blank = len(stray)
	}
	if value[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(value, &list) == nil {
			b.Count = len(list)
			b.keepList(list, fields, c)
		}
		return
	}
	b.readError(value, c)
	if member, inner := unwrap(value); member != "" {
		b.Wrapped = member
		b.readError(inner, c)
	}
	kept, extra := reduce(value, fields)
	if b.Code != "" {
		kept, extra = reduce(value, errorFields)
	}
	b.Extra = extra
	b.keep(kept, c)
}

// errorFields are what is kept of every error.
var errorFields = []string{"code", "message", "data", "success", "statusCode", "error", "error_description", "errors",
	"status"}

func (b *Body) keepList(list []json.RawMessage, fields []string, c *Cleaner) {
	kept := make([]json.RawMessage, 0, len(list))
	for _, item := range list {
		if len(item) == 0 || item[0] != '{' {
			continue
		}
		one, extra := reduce(item, fields)
		if extra > 0 {
			b.Extra = max(b.Extra, extra)
		}
		if one != nil {
			kept = append(kept, one)
		}
	}
	if len(fields) > 0 {
		if joined, err := json.Marshal(kept); err == nil {
			b.keep(joined, c)
		}
	}
}

func (b *Body) keep(value json.RawMessage, c *Cleaner) {
	if value == nil || len(value) > keepJSON {
		return
	}
	// Cleaning works on the text: names such as "«secret»" are valid inside JSON strings.
	if cleaned := json.RawMessage(c.Clean(string(value))); json.Valid(cleaned) {
		b.JSON = compact(cleaned)
	}
}

// reduce keeps the named fields of an object and counts the others; "a.b" keeps b of the object a.
func reduce(value json.RawMessage, fields []string) (kept json.RawMessage, extra int) {
	var object map[string]json.RawMessage
	if json.Unmarshal(value, &object) != nil {
		return nil, 0
	}
	for name := range object {
		if slices.Contains(fields, name) {
			continue
		}
		var inner json.RawMessage
		if wanted := below(fields, name); len(wanted) > 0 { // what nothing is kept of is not read
			inner, _ = reduce(object[name], wanted)
		}
		if inner == nil {
			extra++
			delete(object, name)
			continue
		}
		object[name] = inner
	}
	if len(object) == 0 {
		return nil, extra
	}
	kept, err := json.Marshal(object)
	if err != nil {
		return nil, extra
	}
	return kept, extra
}

func compact(value json.RawMessage) json.RawMessage {
	var out bytes.Buffer
	if json.Compact(&out, value) != nil {
		return value
	}
	return out.Bytes()
}

// readError reads the shapes in which WordPress, WooCommerce and plugins report errors.
func (b *Body) readError(value json.RawMessage, c *Cleaner) {
	var wire struct {
		Code       json.RawMessage `json:"code"`
		Message    json.RawMessage `json:"message"`
		Data       json.RawMessage `json:"data"`
		Success    *bool           `json:"success"`
		StatusCode int             `json:"statusCode"`
		Error      json.RawMessage `json:"error"`
		Errors     json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(value, &wire) != nil {
		return
	}
	b.Code = scalar(wire.Code)
	b.Message = Clip(c.Clean(scalar(wire.Message)), 300)
	var data struct {
		Status int `json:"status"`
	}
	if json.Unmarshal(wire.Data, &b.DataState) != nil && json.Unmarshal(wire.Data, &data) == nil {
		b.DataState = data.Status
	}
	if wire.Success != nil && !*wire.Success && wire.StatusCode > 0 {
		b.DataState = wire.StatusCode
	}
	if b.Code == "" {
		b.Code = scalar(wire.Error)
	}
	if b.Code == "" && wire.Success != nil && !*wire.Success && len(wire.Data) > 0 {
		b.Code = sendJSONError
	}
	if b.Code == "" && len(wire.Errors) > 0 {
		var one struct{ Code string }
		var many []struct{ Code string }
		if json.Unmarshal(wire.Errors, &one) == nil {
			b.Code = one.Code
		} else if json.Unmarshal(wire.Errors, &many) == nil && len(many) > 0 {
			b.Code = many[0].Code
		}
	}
}

func scalar(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null" || string(raw) == "false" {
		return ""
	}
	return string(raw)
}

var (
	titleTag     = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	apiLinkTag   = regexp.MustCompile(`(?is)<link[^>]+rel=["']https://api\.w\.org/["'][^>]*>`)
	hrefAttr     = regexp.MustCompile(`(?is)\bhref=["']([^"']+)["']`)
	generatorTag = regexp.MustCompile(`(?is)<meta[^>]+name=["']generator["'][^>]*content=["']([^"']+)["']`)
	pageTag      = regexp.MustCompile(`(?i)<(!doctype html|html|head|body|meta|title|script|center|h1)\b`)
	scriptTag    = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>`)
	// AnyTag is a tag of HTML, whatever it is called.
	AnyTag = regexp.MustCompile(`(?s)<[^>]*>`)
)

func (b *Body) readText(raw []byte, c *Cleaner) {
	switch {
	case pageTag.Match(raw[:min(len(raw), 8192)]):
		b.Kind = "html"
		b.readPage(raw, c)
	case !utf8.Valid(raw[:utf8Boundary(raw)]):
		b.Kind = "binary"
	default:
		b.Kind = "text"
		b.Snippet = Clip(c.Clean(printable(raw)), keepSnippet)
	}
}

func (b *Body) readPage(raw []byte, c *Cleaner) {
	head := raw[:min(len(raw), 256<<10)]
	if m := titleTag.FindSubmatch(head); m != nil {
		b.Title = Clip(c.Clean(Squeeze(html.UnescapeString(string(m[1])))), 200)
	}
	if tag := apiLinkTag.Find(head); tag != nil {
		if m := hrefAttr.FindSubmatch(tag); m != nil {
			b.APILink = c.Clean(html.UnescapeString(string(m[1])))
		}
	}
	for _, m := range generatorTag.FindAllSubmatch(head, 4) {
		b.Generator = append(b.Generator, Clip(string(m[1]), 80))
	}
	for _, m := range hrefAttr.FindAllSubmatch(head, 200) {
		link := html.UnescapeString(string(m[1]))
		if u, err := url.Parse(link); err == nil && len(b.Links) < 60 &&
			(strings.HasPrefix(link, "http") || strings.HasPrefix(link, "/")) {
			u.RawQuery, u.Fragment, u.User = "", "", nil
			if shown := c.Clean(u.String()); !slices.Contains(b.Links, shown) {
				b.Links = append(b.Links, shown)
			}
		}
	}
	visible := AnyTag.ReplaceAll(scriptTag.ReplaceAll(head, []byte(" ")), []byte(" "))
	b.Snippet = Clip(c.Clean(Squeeze(html.UnescapeString(string(visible)))), keepSnippet)
}

// decode undoes the announced compression by hand, because what a server announces and what it sends differ on some.
func decode(header http.Header, raw []byte) (plain []byte, garbled string) {
	encoding := strings.ToLower(strings.TrimSpace(header.Get("Content-Encoding")))
	announced := strings.Contains(encoding, "gzip")
	if slices.Contains([]string{"br", "deflate", "zstd", "compress"}, encoding) {
		return raw, encoding + "-unasked" // only gzip was offered
	}
	if !announced {
		if isGzip(raw) {
			return raw, "gzip-unannounced"
		}
		return raw, ""
	}
	if len(raw) == 0 {
		return raw, ""
	}
	plain, err := gunzip(raw)
	if err != nil {
		if isGzip(raw) && len(plain) > 0 {
			return plain, "" // cut off; the missing end is reported as truncation
		}
		return raw, "not-gzip"
	}
	if isGzip(plain) {
		return plain, "double-gzip"
	}
	return plain, ""
}

func isGzip(b []byte) bool { return len(b) > 2 && b[0] == 0x1f && b[1] == 0x8b }

func gunzip(raw []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, 64<<20))
}

// below are the fields named inside of one: of "a.b" for "a" it is "b".
func below(fields []string, name string) (inner []string) {
	for _, field := range fields {
		if rest, ok := strings.CutPrefix(field, name+"."); ok {
			inner = append(inner, rest)
		}
	}
	return inner
}

// utf8Boundary keeps a character that was cut at the end of a bounded body from counting as binary.
func utf8Boundary(raw []byte) int {
	n := min(len(raw), 4096)
	for n > 0 && n < len(raw) && !utf8.RuneStart(raw[n]) {
		n--
	}
	return n
}

// printable makes bytes of a store safe to print.
func printable(raw []byte) string {
	text := strings.ToValidUTF8(string(raw[:min(len(raw), 4096)]), "�")
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// sendJSONError stands in place of a code for what wp_send_json_error writes, {"success":false,"data":…}: it comes
// from a plugin or snippet inside WordPress, which stopped the request with it.
const sendJSONError = "success:false"
