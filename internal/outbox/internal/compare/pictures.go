package compare

import (
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
)

// A store fetches a picture that is given by its address, makes an attachment of its own of it, and does not show the
// address again (docs/woocommerce/catalogue.md#images). So a picture is known as taken by what the attachment proves:
// it was not on the record before, and its file has the name of the one that was sent, with what WordPress adds to
// names.

// holdsPictures says whether a record shows the pictures that were sent under a path, "images" or "image.src". known is
// false for any other path, and where it is not known how the record was before.
func holdsPictures(w intent.Write, field string, sent json.RawMessage, current document.Object) (holds, known bool) {
	before, err := document.Parse(w.Base)
	if err != nil || w.Base == nil {
		return false, false
	}
	switch field {
	case "image.src":
		was, is := pictureOf(before["image"]), pictureOf(current["image"])
		return is.id != 0 && is.id != was.id && sameFile(document.AllText(sent), is.src), true
	case "images":
		var asked []document.Object
		if json.Unmarshal(sent, &asked) != nil {
			return false, false
		}
		old := map[int64]bool{}
		for _, picture := range picturesOf(before["images"]) {
			old[picture.id] = true
		}
		shown := picturesOf(current["images"])
		if len(shown) != len(asked) {
			return false, true
		}
		for i, picture := range asked {
			switch id := document.Number(picture, "id"); {
			case id != 0 && id != shown[i].id:
				return false, true
			case id == 0 && (old[shown[i].id] || !sameFile(document.Text(picture, "src"), shown[i].src)):
				return false, true
			}
			for name, value := range picture {
				if name != "id" && name != "src" && name != "position" && !document.Same(value, shown[i].members[name]) {
					return false, true
				}
			}
		}
		return true, true
	}
	return false, false
}

// picture is what a record shows of an attachment.
type picture struct {
	id      int64
	src     string
	members document.Object
}

func pictureOf(raw json.RawMessage) picture {
	o, err := document.Parse(raw)
	if err != nil {
		return picture{}
	}
	return picture{document.Number(o, "id"), document.Text(o, "src"), o}
}

func picturesOf(raw json.RawMessage) []picture {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	all := make([]picture, len(list))
	for i, one := range list {
		all[i] = pictureOf(one)
	}
	return all
}

var (
	oddRuns = regexp.MustCompile(`[^\pL\pN]+`)
	// added is what WordPress puts behind the name of a file: a number where the name is taken, and what it did to a
	// picture.
	added = regexp.MustCompile(`^(-(\d+|scaled|rotated))*$`)
)

// sameFile says whether a file of the store is the one at an address that was sent, by its name. The kind of the file
// may have changed: plugins make smaller ones.
func sameFile(sent, stored string) bool {
	a, b := stem(sent), stem(stored)
	rest, found := strings.CutPrefix(b, a)
	return a != "" && found && added.MatchString(rest)
}

func stem(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	name := path.Base(u.Path)
	name = strings.TrimSuffix(name, path.Ext(name))
	return strings.Trim(oddRuns.ReplaceAllString(strings.ToLower(name), "-"), "-")
}
