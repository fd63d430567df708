package main

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
)

const provisionerName = "example.com/block"

func storage(size string) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)}
}

// claimOf is bound to pvc-1, with a growth that somebody began.
func claimOf(requested, capacity string) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:   "shop",
			Name:        "data",
			Annotations: map[string]string{annotationProvisioner: provisionerName},
		},
		Spec: corev1.PersistentVolumeClaimSpec{
			VolumeName: "pvc-1",
			Resources:  corev1.VolumeResourceRequirements{Requests: storage(requested)},
		},
		Status: corev1.PersistentVolumeClaimStatus{
			Phase:    corev1.ClaimBound,
			Capacity: storage(capacity),
			AllocatedResourceStatuses: map[corev1.ResourceName]corev1.ClaimResourceStatus{
				corev1.ResourceStorage: corev1.PersistentVolumeClaimControllerResizeInProgress,
			},
			Conditions: []corev1.PersistentVolumeClaimCondition{
				{Type: corev1.PersistentVolumeClaimResizing, Status: corev1.ConditionTrue},
				{Type: corev1.PersistentVolumeClaimFileSystemResizePending, Status: corev1.ConditionTrue},
				{Type: corev1.PersistentVolumeClaimVolumeModifyingVolume, Status: corev1.ConditionTrue},
			},
		},
	}
}

func volumeOf(capacity string) *corev1.PersistentVolume {
	volume := volumeAt("/export/data")
	volume.Spec.Capacity = storage(capacity)
	return volume
}

// sizes are the capacities of the volume and of the claim.
func sizes(t *testing.T, client *fake.Clientset) (string, *corev1.PersistentVolumeClaim) {
	t.Helper()
	ctx := context.Background()
	volume, err := client.CoreV1().PersistentVolumes().Get(ctx, "pvc-1", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	claim, err := client.CoreV1().PersistentVolumeClaims("shop").Get(ctx, "data", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return volume.Spec.Capacity.Storage().String(), claim
}

func TestGrow(t *testing.T) {
	ours := func(change func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
		claim := claimOf("2Gi", "1Gi")
		change(claim)
		return claim
	}
	for name, test := range map[string]struct {
		claim         *corev1.PersistentVolumeClaim
		volume        string
		volumeAfter   string
		capacityAfter string
	}{
		"gives the volume and the claim what the claim asks for": {
			claimOf("2Gi", "1Gi"), "1Gi", "2Gi", "2Gi",
		},
		"finishes what was cut off after the volume":  {claimOf("2Gi", "1Gi"), "2Gi", "2Gi", "2Gi"},
		"leaves a claim alone that has what it wants": {claimOf("1Gi", "1024Mi"), "1Gi", "1Gi", "1Gi"},
		"never shrinks": {claimOf("1Gi", "2Gi"), "2Gi", "2Gi", "2Gi"},
		"leaves other provisioners' claims alone": {
			ours(func(claim *corev1.PersistentVolumeClaim) {
				claim.Annotations[annotationProvisioner] = "example.com/other"
			}), "1Gi", "1Gi", "1Gi",
		},
		"leaves a claim alone that has no volume yet": {
			ours(func(claim *corev1.PersistentVolumeClaim) { claim.Status.Phase = corev1.ClaimPending }),
			"1Gi", "1Gi", "1Gi",
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := fake.NewClientset(test.claim, volumeOf(test.volume))
			e := &expander{client: client, provisionerName: provisionerName}
			if err := e.grow(context.Background(), cache.NewObjectName("shop", "data")); err != nil {
				t.Fatal(err)
			}
			volume, claim := sizes(t, client)
			if volume != test.volumeAfter || claim.Status.Capacity.Storage().String() != test.capacityAfter {
				t.Errorf("the volume has %s, the claim %v", volume, claim.Status.Capacity)
			}
		})
	}
}

func TestGrowLeavesNoSignOfAGrowthUnderWay(t *testing.T) {
	client := fake.NewClientset(claimOf("2Gi", "1Gi"), volumeOf("1Gi"))
	e := &expander{client: client, provisionerName: provisionerName}
	if err := e.grow(context.Background(), cache.NewObjectName("shop", "data")); err != nil {
		t.Fatal(err)
	}
	_, claim := sizes(t, client)
	if len(claim.Status.AllocatedResourceStatuses) != 0 {
		t.Errorf("found %v", claim.Status.AllocatedResourceStatuses)
	}
	conditions := claim.Status.Conditions
	if len(conditions) != 1 || conditions[0].Type != corev1.PersistentVolumeClaimVolumeModifyingVolume {
		t.Errorf("found %v", conditions)
	}
}

func TestGrowFailsWhereTheVolumeIsGone(t *testing.T) {
	client := fake.NewClientset(claimOf("2Gi", "1Gi"))
	e := &expander{client: client, provisionerName: provisionerName}
	if err := e.grow(context.Background(), cache.NewObjectName("shop", "data")); err == nil {
		t.Error("no error")
	}
}

func TestRunGrowsWhatComesLater(t *testing.T) {
	client := fake.NewClientset(claimOf("1Gi", "1Gi"), volumeOf("1Gi"))
	e := &expander{client: client, provisionerName: provisionerName}
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	go e.run(ctx)
	claims := client.CoreV1().PersistentVolumeClaims("shop")
	for ctx.Err() == nil {
		volume, claim := sizes(t, client)
		if volume == "3Gi" && claim.Status.Capacity.Storage().String() == "3Gi" {
			return
		}
		// Asked again and again: the fake client tells a watch nothing of what came just before it.
		claim.Spec.Resources.Requests = storage("3Gi")
		if _, err := claims.Update(ctx, claim, metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the volume did not grow in time")
}
