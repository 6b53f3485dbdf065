using System.Globalization;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Writes an answer, or a prompt, for people.</summary>
internal sealed class AnswerText(CliConsole console)
{
    /// <summary>Writes a part of the answer as soon as it is there.</summary>
    public async Task WritePartAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > 0)
        {
            await console.Output.WriteAsync(text);
            await console.Output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Writes what the answer rests on.</summary>
    public async Task WriteSourcesAsync(RagAnswer answer)
    {
        await console.Output.WriteLineAsync();
        if (!answer.IsModelCalled)
        {
            return;
        }

        var cited = answer.CitedPassages;
        await console.Output.WriteLineAsync(cited.Count > 0
            ? "\nSources:"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"\nThe answer cites none of the {answer.Passages.Count} passages that it was given."));
        foreach (var passage in cited)
        {
            await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"  [{passage.Number}] {SearchTable.Heading(passage.Hit)} ({passage.Hit.Score:F2})"));
        }
    }

    /// <summary>Writes what the model would be asked.</summary>
    public async Task WritePromptAsync(IReadOnlyList<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            await console.Output.WriteLineAsync($"--- {message.Role.Value} ---\n{message.Text}\n");
        }
    }
}
