package doctor_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// A store is asked, and the report names what to mend first. Here the store is a sandbox whose key may only read.
func ExampleCollect() {
	shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithOrders(3))
	if err != nil {
		log.Fatal(err)
	}
	defer shop.Close()
	if err := shop.Break("key-read-only"); err != nil {
		log.Fatal(err)
	}
	target := doctor.Target{URL: shop.URL, Key: shop.Key, Secret: shop.Secret,
		Scopes: []doctor.Scope{doctor.OrdersRead, doctor.OrdersWrite}}
	budget := doctor.DefaultBudget()
	budget.Spacing, budget.Calm = 0, 0 // nobody else uses this store
	evidence, err := doctor.Collect(context.Background(), target,
		doctor.WithRootCAs(poolOf(shop.CertificateAuthority)), doctor.WithBudget(budget))
	if err != nil {
		log.Fatal(err) // the address is none; a store that does not answer is evidence
	}
	report := doctor.Diagnose(evidence)
	if root := report.Root(); root != nil {
		fmt.Println(root.ID, "–", root.Title)
		fmt.Println(root.Why)
	}
	fmt.Println("exit status", report.ExitCode())
	// Output:
	// key-read-only – The key may only read
	// A write is refused before WordPress even looks for the route
	// exit status 10
}

// Evidence holds no secret, so it can be saved, sent to somebody else and diagnosed there.
func ExampleReadEvidence() {
	evidence, err := doctor.Collect(context.Background(), doctor.Target{URL: "https://shop.example"},
		doctor.WithResolver(fixedNames{})) // no name has an address here
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := evidence.Write(&file); err != nil {
		log.Fatal(err)
	}
	again, err := doctor.ReadEvidence(&file)
	if err != nil {
		log.Fatal(err)
	}
	for _, finding := range doctor.Diagnose(again).Findings {
		fmt.Printf("%s, %s: %s\n", finding.ID, finding.Confidence, finding.Why)
	}
	// Output: dns-nxdomain, sure: The name shop.example has no address
}

// A check is data: who shows it elsewhere has its words, its fixes and its page.
func ExampleCheckByID() {
	check, _ := doctor.CheckByID("secret-wrong")
	fmt.Println(check.Title)
	fmt.Println(check.Tell)
	fmt.Println(doctor.DocsAnchor(check.ID))
	// Output:
	// The consumer secret is wrong
	// The key itself is known. A secret is not trimmed: a blank or line end at its end is part of it.
	// docs/checks/secret-wrong.md
}

// Texts of a store or of a log are made safe to show.
func ExampleRedact() {
	fmt.Println(doctor.Redact("GET /orders?consumer_secret=cs_0123456789abcdef0123456789abcdef by ann@shop.example"))
	// Output: GET /orders?consumer_secret=«hidden» by «e-mail»
}
