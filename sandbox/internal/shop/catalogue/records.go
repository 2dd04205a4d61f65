package catalogue

// Image is an attachment of the media library.
type Image struct {
	ID       int64
	ParentID int64 // the product it was uploaded for
	Title    string
	Alt      string
	File     string // below the uploads folder: "2026/11/album.png"
	Type     string // its MIME type
	Created  PostTime
	Modified PostTime
	// Content is the file itself; nil for the placeholder.
	Content []byte
}

// RecordID is the number of the attachment.
func (i *Image) RecordID() int64 { return i.ID }

// Term is an entry of a taxonomy: a category, tag, brand, shipping class, or a value of a global attribute.
type Term struct {
	ID          int64
	Taxonomy    string
	Name        string
	Slug        string
	Description string
	Parent      int64
	// Display says what the page of a category shows: "", products, subcategories, both.
	Display   string
	ImageID   int64
	MenuOrder int64
}

// RecordID is the term's id.
func (t *Term) RecordID() int64 { return t.ID }

// GlobalAttribute is an attribute of the whole shop: a taxonomy whose terms products choose from.
type GlobalAttribute struct {
	ID          int64
	Label       string
	Name        string // without the prefix pa_
	Type        string // select
	OrderBy     string // menu_order, name, name_num, id
	HasArchives bool
}

// RecordID is the attribute's id.
func (a *GlobalAttribute) RecordID() int64 { return a.ID }
