import * as assert from "node:assert/strict";
import { assertAnswered } from "../../components/mysql/declaredState";

describe("the answer to a request for a primary", () => {
    const judged = (answer?: string) => {
        const data = { pods: "3", request: "ab12", wanted: "3-mysql-1-ab12" };
        assertAnswered(
            { ...data, ...(answer === undefined ? {} : { answer }) },
            1,
            (field) => `mysql-nfs:${field}`,
        );
    };

    it("ends the run where it is a refusal, with the reason and the remedy", () => {
        assert.throws(() => judged("ab12 refused: mysql-1 can't be the primary: it is broken."), {
            message:
                "mysql-nfs:primary = 1: mysql-1 can't be the primary: it is broken. " +
                "Unset it: any other value, the old one too, asks for the Pod that it names. " +
                "To ask again, `npm run switchover -- 1`",
        });
    });

    it("lets everything else pass: done, none yet, another request's, none asked for", () => {
        judged("ab12 done: mysql-1 is the primary in place of mysql-0: mysql-1 was asked for");
        judged();
        judged("");
        judged("0000 refused: mysql-1 is gone");
        assertAnswered({ answer: "ab12 refused: mysql-1 is gone" }, undefined, (field) => field);
    });
});
