package outbox

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Repository keeps writes and lets their effects into the mirror. Every method is one transaction. Methods that take a
// claim fail with storage.ErrFenced once somebody else has claimed the store.
type Repository interface {
	// ClaimOutbox takes over the sending for a store: every older claim on its outbox is void from now on.
	ClaimOutbox(ctx context.Context, storeID int64) (storage.Claim, error)
	// AcceptWrites stores the writes that are new, in order, and returns for each the stored one: the given one, or the
	// one that has been there under its key. What is pending or parked and superseded by a new one ([Supersedes])
	// is discarded in the same transaction, and the stores are woken in it.
	AcceptWrites(ctx context.Context, writes []intent.Write) ([]intent.Write, error)
	// ClaimWrites moves up to limit pending writes that are due to Sending, oldest first, and returns them. A write
	// waits while an earlier write of the same subject is not final. It sets SentAt, clears MissedAt, counts the
	// attempt, and sets Floor to NoFloor for a create that was never lost: its request has not left before the floor is
	// known.
	ClaimWrites(ctx context.Context, claim storage.Claim, now time.Time, limit int) ([]intent.Write, error)
	// InterruptedWrites moves every write that an older claim left in Sending to Unknown, due at once, counts it as
	// lost, and returns how many there were. A create without a floor has certainly not left and goes back to Pending.
	InterruptedWrites(ctx context.Context, claim storage.Claim, now time.Time) (int, error)
	// UnknownWrites returns up to limit writes in Unknown that are due, oldest first.
	UnknownWrites(ctx context.Context, claim storage.Claim, now time.Time, limit int) ([]intent.Write, error)
	// SettleWrites stores the outcome of writes together with their effects on the mirror, whose changes are marked as
	// own where [CausedAll] says so. A write may also be given back as it is, in Sending, with a Floor.
	SettleWrites(ctx context.Context, claim storage.Claim, settled []Settlement) error
	// ObserveRecords lets records that were read from the store to hold writes against them into the mirror, as far as
	// the mirror does not know them yet: what somebody else did there is announced before our own write covers it.
	ObserveRecords(ctx context.Context, claim storage.Claim, seen []Effect) error
	// DoneSince returns the updates of the same subject that were done after w was accepted, oldest first.
	DoneSince(ctx context.Context, w intent.Write) ([]intent.Write, error)
	// MadeBy names, of the records given, those that a write of ours made and that is done, with its id.
	MadeBy(ctx context.Context, storeID int64, resource storage.Resource, ids []int64) (map[int64]string, error)
	// OpenCreates returns the creates of the same collection as w that are under way, lost or parked, oldest first.
	OpenCreates(ctx context.Context, w intent.Write) ([]intent.Write, error)
	// SeenEffect names the record that a pull met as the doing of a create, wherever it is now; storage.ErrNotFound
	// when none did.
	SeenEffect(ctx context.Context, w intent.Write) (storage.Ref, error)
	// OutboxLessons and KeepLessons keep what sending to a store has taught.
	OutboxLessons(ctx context.Context, storeID int64) (Lessons, error)
	KeepLessons(ctx context.Context, claim storage.Claim, lessons Lessons) error
	// WaitingBehind returns the pending writes of the same subject that were accepted after w, oldest first.
	WaitingBehind(ctx context.Context, w intent.Write) ([]intent.Write, error)
	// NextWriteDue is when the next pending or unknown write of the store is due; zero when there is none.
	NextWriteDue(ctx context.Context, storeID int64) (time.Time, error)
	// ChangeWrite lets a person retry, edit or discard: it loads the write, calls change, and stores what change made
	// of it, all in one transaction.
	ChangeWrite(ctx context.Context, id string, change func(*intent.Write) error) (intent.Write, error)

	// WriteByKey is the write that was accepted under a caller's key; storage.ErrNotFound if there is none.
	WriteByKey(ctx context.Context, storeID int64, key string) (intent.Write, error)
	// WriteByID is one write; storage.ErrNotFound if there is none.
	WriteByID(ctx context.Context, id string) (intent.Write, error)

	// MirroredRecord is a record of the mirror; storage.ErrNotFound if it is not there.
	MirroredRecord(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error)
	// A Catalog finds products, variations and customers of the mirror by SKU and e-mail.
	Catalog
}

// Settlement is the outcome of one write.
type Settlement struct {
	Write   intent.Write
	Effects []Effect
}

// Effect is what a write did to the mirror.
type Effect struct {
	Ref      storage.Ref
	ParentID int64
	// Raw is the record as the store now has it; nil means that it is gone.
	Raw []byte
}

// Catalog is the part of a [Repository] that knows products and customers.
type Catalog interface {
	// FindBySKU gives every product and variation that has the SKU, in the trash too.
	FindBySKU(ctx context.Context, storeID int64, sku string) ([]storage.Record, error)
	// FindByEmail gives every customer who has the e-mail address, whatever its case.
	FindByEmail(ctx context.Context, storeID int64, email string) ([]storage.Record, error)
}
