import { inArray, type SQLWrapper } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, write, type Write } from '#lib/server/db/client.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import { insurabilityProofs } from '#lib/server/db/tables/proofs.ts';

/** Proofs of insurability of these contracts, with their files; the looks at them go by themselves. */
export function removeProofs(contractIds: SQLWrapper): Write {
	const isOver = inArray(insurabilityProofs.contractId, contractIds);
	const theirFiles = sqlBuilder
		.select({ id: insurabilityProofs.fileId })
		.from(insurabilityProofs)
		.where(isOver);
	return joinWrites(
		write(sqlBuilder.delete(fileChunks).where(inArray(fileChunks.fileId, theirFiles))),
		write(sqlBuilder.delete(files).where(inArray(files.id, theirFiles))),
		write(sqlBuilder.delete(insurabilityProofs).where(isOver))
	);
}
