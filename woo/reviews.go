package woo

import (
	"context"
	"encoding/json"
	"iter"
)

// Reviews is the service for the product reviews of the store.
type Reviews struct{ resource[Review] }

// Reviews gives access to product reviews. It sends no request.
func (c *Client) Reviews() Reviews { return Reviews{resourceAt[Review](c, RouteReviews, 0)} }

// List reads one page of reviews. Next to an error with KindStrayOutput the page is returned too.
func (r Reviews) List(ctx context.Context, opts ReviewOptions) (*Page[Review], error) {
	return r.list(ctx, opts)
}

// Pages reads page after page of reviews, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (r Reviews) Pages(ctx context.Context, opts ReviewOptions) iter.Seq2[*Page[Review], error] {
	return r.pages(ctx, opts)
}

// All reads all reviews that opts selects, page after page. The first error ends the walk.
func (r Reviews) All(ctx context.Context, opts ReviewOptions) iter.Seq2[Review, error] {
	return r.all(ctx, opts)
}

// Count asks how many reviews opts selects, with one request for one id. The error is ErrNoTotal when the store gives
// no number.
func (r Reviews) Count(ctx context.Context, opts ReviewOptions) (int, error) {
	return r.count(ctx, opts)
}

// Get reads one review.
func (r Reviews) Get(ctx context.Context, id int64) (*Review, error) { return r.get(ctx, itoa(id)) }

// Create makes a review of the fields that are set, and returns it as the store made it. The request is never repeated.
func (r Reviews) Create(ctx context.Context, review Review) (*Review, error) {
	return r.create(ctx, review)
}

// Update sends the fields of change that are set. For a review that was read use Change: the whole review sent back
// would overwrite what others changed meanwhile.
func (r Reviews) Update(ctx context.Context, id int64, change Review) (*Review, error) {
	return r.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the review as it was read. When edit changes nothing, nothing
// is sent and from is returned.
func (r Reviews) Change(ctx context.Context, id int64, from *Review, edit func(*Review)) (*Review, error) {
	return r.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (r Reviews) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Review, error) {
	return r.updateRaw(ctx, itoa(id), body)
}

// Trash moves the review to the trash. Setting the status restores the review. The review returned has its former
// status.
func (r Reviews) Trash(ctx context.Context, id int64) (*Review, error) {
	return r.remove(ctx, itoa(id), false)
}

// Delete removes the review for good and returns it as it was.
func (r Reviews) Delete(ctx context.Context, id int64) (*Review, error) {
	return r.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of reviews in one request. The error is about the request as a whole. The BatchItem
// of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have been
// executed: look at each review.
func (r Reviews) Batch(ctx context.Context, batch Batch[Review]) (*BatchResult[Review], error) {
	return r.batch(ctx, batch)
}

// ReviewOptions selects reviews. After and Before are on the store's clock, because this list knows no dates_are_gmt.
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
