package outbox

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Repository keeps writes and enters their effects into the mirror. Every method is one transaction. A method with a
// claim fails with storage.ErrFenced when there is a newer claim.
type Repository interface {
	// ClaimOutbox takes a store's outbox. Older claims on it can write no more.
	ClaimOutbox(ctx context.Context, storeID int64) (storage.Claim, error)
	// AcceptWrites stores the writes that are new, in order. It returns for each the stored write: the given one, or
	// the one that was accepted earlier under its key. The same transaction discards pending or parked writes that a
	// new one supersedes ([Supersedes]), and wakes the stores.
	AcceptWrites(ctx context.Context, writes []intent.Write) ([]intent.Write, error)
	// ClaimWrites moves up to limit pending writes that are due to Sending, oldest first, and returns them. A write
	// waits while an earlier write of the same subject is not final. ClaimWrites sets SentAt, clears MissedAt, and
	// counts the attempt. It sets Floor to NoFloor for a create that was never lost, because such a request does not
	// leave before the floor is known.
	ClaimWrites(ctx context.Context, claim storage.Claim, now time.Time, limit int) ([]intent.Write, error)
	// InterruptedWrites moves every write that an older claim left in Sending to Unknown, due at once, counts it as
	// lost, and returns the number of such writes. A create without a floor has certainly not left and goes back to
	// Pending.
	InterruptedWrites(ctx context.Context, claim storage.Claim, now time.Time) (int, error)
	// UnknownWrites returns up to limit writes in Unknown that are due, oldest first.
	UnknownWrites(ctx context.Context, claim storage.Claim, now time.Time, limit int) ([]intent.Write, error)
	// SettleWrites stores the outcomes of writes together with their effects on the mirror. The changes are marked as
	// own if [CausedAll] says so. A write may also be given back unchanged, in Sending, with a Floor.
	SettleWrites(ctx context.Context, claim storage.Claim, settled []Settlement) error
	// ObserveRecords enters records that were read before a write into the mirror, if the mirror does not know them
	// yet. A foreign change is thus announced before our own write covers it.
	ObserveRecords(ctx context.Context, claim storage.Claim, seen []Effect) error
	// DoneSince returns the updates of the same subject that were done after w was accepted, oldest first.
	DoneSince(ctx context.Context, w intent.Write) ([]intent.Write, error)
	// MadeBy returns, for the given records that a done write of ours has made, the id of that write.
	MadeBy(ctx context.Context, storeID int64, resource storage.Resource, ids []int64) (map[int64]string, error)
	// OpenCreates returns the creates of the same collection as w that are under way, lost or parked, oldest first.
	OpenCreates(ctx context.Context, w intent.Write) ([]intent.Write, error)
	// SeenEffect returns the record that a pull met as the doing of a create, whether it still exists or not;
	// storage.ErrNotFound when there is none.
	SeenEffect(ctx context.Context, w intent.Write) (storage.Ref, error)
	// OutboxLessons and KeepLessons keep what sending to a store has taught.
	OutboxLessons(ctx context.Context, storeID int64) (Lessons, error)
	KeepLessons(ctx context.Context, claim storage.Claim, lessons Lessons) error
	// WaitingBehind returns the pending writes of the same subject that were accepted after w, oldest first.
	WaitingBehind(ctx context.Context, w intent.Write) ([]intent.Write, error)
	// NextWriteDue returns when the next pending or unknown write of the store is due; zero when there is none.
	NextWriteDue(ctx context.Context, storeID int64) (time.Time, error)
	// ChangeWrite loads a write, calls change, and stores the changed write, all in one transaction. It serves the
	// decisions of people: retry, edit or discard.
	ChangeWrite(ctx context.Context, id string, change func(*intent.Write) error) (intent.Write, error)

	// WriteByKey returns the write that was accepted under a caller's key; storage.ErrNotFound if there is none.
	WriteByKey(ctx context.Context, storeID int64, key string) (intent.Write, error)
	// WriteByID returns one write; storage.ErrNotFound if there is none.
	WriteByID(ctx context.Context, id string) (intent.Write, error)

	// MirroredRecord returns a record of the mirror; storage.ErrNotFound if there is none.
	MirroredRecord(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error)
	// A Catalog finds products, variations and customers of the mirror by SKU and e-mail.
	Catalog
}

// Settlement is the outcome of one write.
type Settlement struct {
	Write   intent.Write
	Effects []Effect
}

// Effect is what a write does to the mirror.
type Effect struct {
	Ref      storage.Ref
	ParentID int64
	// Raw is the record as the store now has it; nil means that the record is gone.
	Raw []byte
}

// Catalog is the part of a [Repository] that finds products and customers.
type Catalog interface {
	// FindBySKU returns every product and variation with the SKU, those in the trash included.
	FindBySKU(ctx context.Context, storeID int64, sku string) ([]storage.Record, error)
	// FindByEmail returns every customer with the e-mail address, whatever its case.
	FindByEmail(ctx context.Context, storeID int64, email string) ([]storage.Record, error)
}
