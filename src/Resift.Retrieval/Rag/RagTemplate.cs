using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>Creates the prompt of a question.</summary>
/// <param name="question">The question.</param>
/// <param name="passages">
/// The passages in the order in which they shall stand in the prompt, each with the number to cite it by; empty if there is nothing to
/// answer from.
/// </param>
/// <returns>The messages for the model; at least one.</returns>
/// <remarks>
/// Text of documents may try to give the model orders. Write passages by <see cref="RagTemplates.Delimit"/>, which keeps them apart from
/// the rest of the prompt. Must be safe for concurrent use.
/// </remarks>
public delegate IReadOnlyList<ChatMessage> RagTemplate(string question, IReadOnlyList<RagPassage> passages);
