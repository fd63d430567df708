package main

import (
	"context"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

func TestEndpointsLock(t *testing.T) {
	ctx := context.Background()
	client := fake.NewClientset()
	lock := &endpointsLock{client: client, namespace: "nfs", name: "example.com-nfs", identity: "a"}

	if _, _, err := lock.Get(ctx); !apierrors.IsNotFound(err) {
		t.Fatalf("got %v", err)
	}
	if err := lock.Update(ctx, resourcelock.LeaderElectionRecord{}); err == nil {
		t.Fatal("an update before any read must fail")
	}
	if err := lock.Create(ctx, resourcelock.LeaderElectionRecord{HolderIdentity: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := lock.Update(ctx, resourcelock.LeaderElectionRecord{HolderIdentity: "b"}); err != nil {
		t.Fatal(err)
	}
	record, text, err := lock.Get(ctx)
	if err != nil || record.HolderIdentity != "b" || len(text) == 0 {
		t.Fatalf("got %v, %q, %v", record, text, err)
	}
}

func TestRunAsLeader(t *testing.T) {
	t.Setenv("POD_NAMESPACE", "nfs")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	client := fake.NewClientset()
	led := false
	err := runAsLeader(ctx, client, "example.com/nfs", func(context.Context) {
		led = true
		cancel()
	})
	if err != nil || !led {
		t.Fatalf("led %v, %v", led, err)
	}
	if _, err := client.CoreV1().Endpoints("nfs").
		Get(context.Background(), "example.com-nfs", metav1.GetOptions{}); err != nil {
		t.Error(err)
	}
}
