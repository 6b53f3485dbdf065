using System.Runtime.CompilerServices;

namespace Resift.Retrieval;

/// <summary>Checks what every way to ask checks.</summary>
internal static class RagArguments
{
    public static void ThrowIfBlank(string question, [CallerArgumentExpression(nameof(question))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(question, name);
        if (string.IsNullOrWhiteSpace(question))
        {
            throw new ArgumentException("The question is empty; a text to answer was expected.", name);
        }
    }
}
