package recordview

import (
	"html"
	"regexp"

	"github.com/waybillhq/waybill/internal/export"
)

// entity is a character as HTML writes it. Without its semicolon it is none: "?a=1&copy=2" is an address.
var entity = regexp.MustCompile(`&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)

// text is a value as a person reads it. WordPress keeps names and notes as HTML, so a store says "Salt &amp; Pepper"
// where its own pages show "Salt & Pepper"; so is it shown here. JSON, CSV and SQL give what the store says, to the
// last letter, because programs hand it back.
func text(f export.Fields, name string) string {
	return entity.ReplaceAllStringFunc(f.Text(name), html.UnescapeString)
}
