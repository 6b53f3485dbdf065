using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>Reads no more of a model's answer than <see cref="RagOptions.MaxAnswerCharacters"/>.</summary>
internal sealed class AnswerLimit(RagOptions options)
{
    private int _left = options.MaxAnswerCharacters;
    private int _leftWithoutText = options.MaxAnswerCharacters;

    /// <summary>Gets a value indicating whether nothing more is to be read.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Takes a part of a stream: as it is, or its beginning if it goes beyond the limit, which is then reached.</summary>
    public ChatResponseUpdate Take(ChatResponseUpdate update)
    {
        int length = update.Contents.Sum(Length);
        if (length == 0 ? _leftWithoutText-- > 0 : length <= _left)
        {
            _left -= length;
            return update;
        }

        IsReached = true;
        return new(update.Role, Beginning(update.Text, _left))
        {
            MessageId = update.MessageId,
            ResponseId = update.ResponseId,
            ModelId = update.ModelId,
            FinishReason = ChatFinishReason.Length,
        };
    }

    /// <summary>Cuts an answer that came as a whole.</summary>
    public static ChatResponse Cut(ChatResponse response, RagOptions options) => response.Text.Length <= options.MaxAnswerCharacters
        ? response
        : new(new ChatMessage(ChatRole.Assistant, Beginning(response.Text, options.MaxAnswerCharacters)))
        {
            ResponseId = response.ResponseId,
            ModelId = response.ModelId,
            CreatedAt = response.CreatedAt,
            Usage = response.Usage,
            FinishReason = ChatFinishReason.Length,
        };

    // Reasoning is kept as well, in the response.
    private static int Length(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent reasoning => reasoning.Text.Length,
        _ => 0,
    };

    // Never half of a surrogate pair.
    private static string Beginning(string text, int length) =>
        text[..(length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]) ? length - 1 : Math.Min(length, text.Length))];
}
