package catalogue

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"math"
	"path"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// WordPress keeps a picture in smaller sizes beside the uploaded file. Since WooCommerce 10.2 a product names these
// sizes with each of its pictures. Since 11.0 image_size chooses the size that is shown
// (docs/woocommerce/catalogue.md#image-sizes).

// fullSize is the uploaded file itself.
const fullSize = "full"

// sizeOf are the sizes that a store with WooCommerce registers. Each is a box in pixels, into which a picture is fitted
// or cropped.
var sizeOf = map[string]struct {
	width, height int
	crop          bool
}{
	"thumbnail": {150, 150, true}, "medium": {300, 300, false}, "medium_large": {768, 0, false},
	"large": {1024, 1024, false}, "1536x1536": {1536, 1536, false}, "2048x2048": {2048, 2048, false},
	"woocommerce_thumbnail": {300, 300, true}, "woocommerce_single": {600, 0, false},
	"woocommerce_gallery_thumbnail": {100, 100, true},
}

var (
	// madeOnUpload are the sizes made of an uploaded picture, in the order in which answers name them.
	madeOnUpload = []string{
		"medium", "large", "thumbnail", "medium_large", "1536x1536", "2048x2048", "woocommerce_thumbnail",
		"woocommerce_single", "woocommerce_gallery_thumbnail",
	}
	// madeOnInstall are the sizes of the placeholder, which is installed before WooCommerce registers its own sizes.
	madeOnInstall = []string{"medium", "large", "thumbnail", "medium_large"}
)

// rendition is one size of a picture.
type rendition struct {
	size          string
	url           string
	width, height int
}

// dimensions are the width and height of a picture's file in pixels; 0 where they cannot be read.
func (i *Image) dimensions() (width, height int) {
	if i.Content == nil {
		return 1200, 1200 // the placeholder
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(i.Content))
	if err != nil {
		return 0, 0
	}
	return config.Width, config.Height
}

// renditions are all sizes of a picture that have a file, the uploaded one last.
func (s *Store) renditions(i *Image) []rendition {
	width, height := i.dimensions()
	made := madeOnUpload
	if i.Content == nil {
		made = madeOnInstall
	}
	url := s.ImageURL(i)
	stem, extension := strings.TrimSuffix(url, path.Ext(url)), path.Ext(url)
	var all []rendition
	for _, size := range made {
		if w, h := boxed(size, width, height); w > 0 && (w < width || h < height) {
			all = append(all, rendition{size, fmt.Sprintf("%s-%dx%d%s", stem, w, h, extension), w, h})
		}
	}
	return append(all, rendition{fullSize, url, width, height})
}

// boxed are the dimensions of a picture in a size. They never exceed the picture's own.
func boxed(size string, width, height int) (w, h int) {
	box, known := sizeOf[size]
	if !known || width == 0 || height == 0 {
		return width, height
	}
	if box.crop {
		return min(box.width, width), min(box.height, height)
	}
	ratio := min(1, float64(box.width)/float64(width))
	if box.height > 0 {
		ratio = min(ratio, float64(box.height)/float64(height))
	}
	return int(math.Round(float64(width) * ratio)), int(math.Round(float64(height) * ratio))
}

// shownIn is the file that shows a picture in a size, with the dimensions of the size. Without a file of that size it
// is the uploaded one.
func shownIn(size string, all []rendition) rendition {
	for _, r := range all {
		if r.size == size {
			return r
		}
	}
	full := all[len(all)-1]
	full.width, full.height = boxed(size, full.width, full.height)
	return full
}

// sourceSet are the shown file and the others with the same proportions, the shown one first. It is empty where there
// is no other.
func sourceSet(shown rendition, all []rendition) string {
	sources := []string{""}
	for _, r := range all {
		source := fmt.Sprintf("%s %dw", r.url, r.width)
		switch {
		case r.url == shown.url:
			sources[0] = source
		case r.width > 0 && alike(r, shown) && r.width <= 2048:
			sources = append(sources, source)
		}
	}
	if len(sources) == 1 {
		return ""
	}
	return strings.Join(sources, ", ")
}

// alike says whether two sizes show the same part of a picture. Their proportions may differ by a pixel.
func alike(a, b rendition) bool {
	if a.width < b.width {
		a, b = b, a
	}
	if a.width == 0 || b.width == 0 {
		return false
	}
	return math.Abs(math.Round(float64(a.height)*float64(b.width)/float64(a.width))-float64(b.height)) <= 1
}

// sizedImageJSON is an image of a product in answers, in the size that the request asks for.
func (s *Store) sizedImageJSON(i *Image, size string) *rest.Object {
	json := s.imageJSON(i)
	if !s.Has(core.ImageSources) {
		return json
	}
	all := s.renditions(i)
	shown := shownIn(size, all)
	json.Set("src", shown.url)
	json.Set("srcset", sourceSet(shown, all))
	json.Set("sizes", fmt.Sprintf("(max-width: %dpx) 100vw, %[1]dpx", shown.width))
	json.Set("thumbnail", shownIn("woocommerce_thumbnail", all).url)
	return json
}

// imageSizeOf is the size of pictures that a request asks for.
func imageSizeOf(r *rest.Request) string {
	if size := strings.TrimSpace(r.Text("image_size")); size != "" {
		return size
	}
	return fullSize
}

// imagesJSON are the images of a product, the featured one first. A variation without an image shows its parent's.
func (s *Store) imagesJSON(p *Product, size string) rest.List {
	list := rest.List{}
	featured := p.ImageID
	if featured == 0 {
		featured = s.ParentOf(p).ImageID
	}
	for _, id := range append([]int64{featured}, p.GalleryIDs...) {
		if image, ok := s.Images.Get(id); ok {
			list = append(list, s.sizedImageJSON(image, size))
		}
	}
	return list
}
