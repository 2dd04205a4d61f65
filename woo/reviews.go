package woo

// Reviews is the product reviews of the store.
type Reviews struct {
	Collection[Review, ReviewOptions]
	Trashing[Review, int64]
}

// Reviews gives access to product reviews.
func (c *Client) Reviews() Reviews {
	collection := newCollection[Review, ReviewOptions](c, "products/reviews")
	return Reviews{collection, Trashing[Review, int64]{collection.Listing.endpoint}}
}

// ReviewOptions selects reviews. After and Before are on the store's clock; this list knows no dates_are_gmt.
type ReviewOptions struct {
	ListOptions
	After           LocalTime `query:"after"`
	Before          LocalTime `query:"before"`
	Reviewer        []int64   `query:"reviewer"`
	ReviewerExclude []int64   `query:"reviewer_exclude"`
	ReviewerEmail   string    `query:"reviewer_email"`
	Product         []int64   `query:"product"`
	Status          string    `query:"status"` // "approved" when empty; "all"
}

// Review is one product review.
type Review struct {
	Record
	ID                 int64             `json:"id"`
	DateCreated        LocalTime         `json:"date_created"`
	DateCreatedGMT     GMTTime           `json:"date_created_gmt"`
	ProductID          int64             `json:"product_id"`
	ProductName        string            `json:"product_name"`
	ProductPermalink   string            `json:"product_permalink"`
	Status             string            `json:"status"`
	Reviewer           string            `json:"reviewer"`
	ReviewerEmail      string            `json:"reviewer_email"`
	Review             string            `json:"review"` // HTML
	Rating             int64             `json:"rating"` // 0 to 5
	Verified           bool              `json:"verified"`
	ReviewerAvatarURLs map[string]string `json:"reviewer_avatar_urls"`
}

func (r *Review) UnmarshalJSON(b []byte) error { return readRecord(b, r) }
func (r Review) MarshalJSON() ([]byte, error)  { return writeRecord(&r) }
