"""The use cases: one public async function for each intention, named by its verb. None commits; the request or the
job does."""
