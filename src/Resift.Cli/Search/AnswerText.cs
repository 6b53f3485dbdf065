using System.Globalization;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Writes an answer, or a prompt, for people.</summary>
internal sealed class AnswerText(CliConsole console)
{
    private bool _isInLine;

    /// <summary>Writes a part of the answer as soon as it is there.</summary>
    public async Task WritePartAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > 0)
        {
            await console.Output.WriteAsync(text);
            _isInLine = text[^1] != '\n';
            await console.Output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Ends the line that an answer may have begun.</summary>
    public void EndLine()
    {
        if (_isInLine)
        {
            console.Output.WriteLine();
            _isInLine = false;
        }
    }

    /// <summary>Writes what the answer rests on.</summary>
    public void WriteSources(RagAnswer answer)
    {
        if (!answer.IsModelCalled)
        {
            return;
        }

        var cited = answer.CitedPassages;
        console.Output.WriteLine(cited.Count > 0
            ? "\nSources:"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"\nThe answer cites none of the {answer.Passages.Count} passages that it was given."));
        foreach (var passage in cited)
        {
            console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  [{passage.Number}] {SearchTable.Heading(passage.Hit)} ({passage.Hit.Score:F2})"));
        }
    }

    /// <summary>Writes what the model would be asked.</summary>
    public void WritePrompt(IReadOnlyList<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            console.Output.WriteLine($"--- {message.Role.Value} ---\n{message.Text}\n");
        }
    }
}
