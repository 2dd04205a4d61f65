package catalogue

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// newImageTable holds the placeholder image that WooCommerce installs.
func newImageTable(installed time.Time) *core.Table[*Image] {
	table := core.NewTable[*Image]().NamedBy("file", func(i *Image) (string, bool) { return i.File, true })
	at := PostTime{Wall: installed, Instant: installed}
	table.Insert(&Image{
		ID: 4, Title: "woocommerce-placeholder", File: "woocommerce-placeholder.webp", Type: "image/webp",
		Created: at, Modified: at,
	})
	return table
}

// ImageFile returns the uploaded image with a path below the uploads folder.
func (s *Store) ImageFile(file string) (*Image, bool) {
	named := s.Images.Named("file", file)
	if len(named) == 0 || named[0].Content == nil {
		return nil, false
	}
	return named[0], true
}

// ImageURL is the address of an image.
func (s *Store) ImageURL(i *Image) string { return s.Home() + "/wp-content/uploads/" + i.File }

// imageJSON is an image in answers.
func (s *Store) imageJSON(i *Image) *rest.Object {
	json := rest.NewObject("id", i.ID)
	s.JSONTimes(json, "date_created", i.Created.Instant)
	s.JSONTimes(json, "date_modified", i.Modified.Instant)
	json.Set("src", s.ImageURL(i))
	json.Set("name", wptext.Title(i.Title))
	json.Set("alt", i.Alt)
	return json
}

// addImage puts a fetched file into the library for a product or category.
func (c *Clerk) addImage(file *fetchedImage, parent int64) *Image {
	now := c.PostTime(c.Now())
	name := c.freeFileName(now.Wall.Format("2006/01/"), file.name)
	image := &Image{
		ID: c.NextPostID(), ParentID: parent, Title: path.Base(name), File: name, Type: file.mime,
		Created: now, Modified: now, Content: file.content,
	}
	// The rows _wp_attached_file and _wp_attachment_metadata.
	c.IDs.PostMeta.Next()
	c.IDs.PostMeta.Next()
	c.Images.Insert(image)
	c.CatalogueChanged()
	return image
}

// freeFileName is wp_unique_filename: a cleaned name, with a number when the name is taken.
func (s *Store) freeFileName(folder, name string) string {
	extension := path.Ext(name)
	stem := cleanFileName(strings.TrimSuffix(name, extension))
	extension = strings.ToLower(extension)
	candidate := folder + stem + extension
	for n := 1; len(s.Images.Named("file", candidate)) > 0; n++ {
		candidate = folder + stem + "-" + strconv.Itoa(n) + extension
	}
	return candidate
}

// cleanFileName is sanitize_file_name for a name without its extension.
func cleanFileName(stem string) string {
	stem = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("?[]/\\=<>:;,'\"&$#*()|~`!{}%+’«»”“\x00", r):
			return -1
		case r == ' ' || r == '\t' || r == '\r' || r == '\n':
			return '-'
		}
		return r
	}, core.RawURLDecode(stem))
	for strings.Contains(stem, "--") {
		stem = strings.ReplaceAll(stem, "--", "-")
	}
	return strings.Trim(stem, ".-_")
}

// describeImage writes the name and the alternative text that a request gives with an image.
func (c *Clerk) describeImage(image *Image, given *rest.Object, cleanName bool) {
	if alt := given.Value("alt"); rest.Truthy(alt) {
		if image.Alt == "" {
			c.IDs.PostMeta.Next()
		}
		image.Alt = wptext.SanitizeTextField(rest.Text(alt))
		c.CatalogueChanged()
	}
	if name := given.Value("name"); rest.Truthy(name) {
		image.Title = strings.TrimSpace(wptext.StripSlashes(rest.Text(name)))
		if cleanName {
			image.Title = wptext.SanitizeTextField(rest.Text(name))
		}
		image.Modified = c.PostTime(c.Now())
		c.CatalogueChanged()
	}
}

// dropImage removes an image that was uploaded for a product whose creation was then refused.
func (c *Clerk) dropImage(image *Image) { c.Images.Delete(image) }
