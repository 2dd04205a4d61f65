// Package doctor finds out, from outside and without changing anything, why an integration with a WooCommerce store
// does not work: the one cause, the fix to paste, and the proof when it is done.
//
// It works in three steps, each of use by itself:
//
//	Collect   probes -> Evidence    asks the store, at most [Budget.Requests] times, and writes down what came back
//	Diagnose  Evidence -> Report    pure: the same evidence gives the same report, on any machine, at any time
//	Report    -> text, JSON, JUnit, Markdown
//
// A check is data ([Check]): a stable id that is also its page in docs/checks, the words for people, the fixes, and a
// pure function over the evidence. Checks are asked in the order in which a store decides about a request: network,
// TLS, who answers, routing, transport of the key, the key, its owner's permissions, the data. The first cause in that
// order is the root; what follows from it is folded below it.
//
// # Guarantees
//
//   - No side effects: nothing on the store is created, changed or deleted, with any key. Every request that leaves is
//     one of the safe forms listed in internal/probe/guard.go; anything else is refused before it is sent.
//   - The secret is sent only over verified TLS, only to the address that was given, never to the REST index, never to
//     where a redirect leads. Over plain HTTP it signs requests and is not sent.
//   - Evidence and reports hold no secret and no personal data of customers, and evidence can be saved and diagnosed
//     elsewhere.
//   - Stores are translated: codes and differences to control requests decide, never the text of a message.
//   - A check that crashes is reported as such and does not stop the others. A check that could not be asked says why.
//
// # What it must not know
//
// Waybill's storage, engine and configuration. It uses woo (signing) and capability (what each operation asks for).
//
// # Example
//
//	evidence, err := doctor.Collect(ctx, doctor.Target{URL: "https://shop.example", Key: "ck_…", Secret: "cs_…"})
//	if err != nil {
//		return err // the target cannot be used at all; a store that does not answer is not an error
//	}
//	report := doctor.Diagnose(evidence)
//	if root := report.Root(); root != nil {
//		fmt.Println(root.Title, root.Fix)
//	}
package doctor
