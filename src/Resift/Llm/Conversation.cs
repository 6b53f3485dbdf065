using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>Puts the questions of one call to the model, and keeps count. Safe for concurrent use.</summary>
internal sealed class Conversation(IChatClient client, LlmRerankerOptions options, string? modelId, Action throwIfDisposed)
{
    // Microsoft.Extensions.AI gives a model's refusal, as OpenAI sends it, as error content with this code.
    private const string RefusalCode = "Refusal";

    // What Microsoft.Extensions.AI's client of OpenAI reads: with it the schema binds the answer, without it the schema is a hint. Others
    // might send it on to servers that do not know it.
    private const string StrictKey = "strict";
    private const string StrictProvider = "openai";

    private readonly Lock _lock = new();
    private readonly bool _knowsStrict = client.GetService<ChatClientMetadata>()?.ProviderName == StrictProvider;
    private long? _inputTokens = 0;
    private long? _outputTokens = 0;
    private int _calls;
    private int _malformed;
    private int _refused;
    private int _retries;

    /// <summary>Gets the model that answered, by its own word; null as long as none said.</summary>
    public string? ModelId { get; private set; }

    /// <summary>Gets the tokens that all requests had; null if a response did not say.</summary>
    public long? InputTokens => _inputTokens;

    /// <summary>Asks one question, and once more if the answer cannot be read.</summary>
    /// <returns>What was read; null if the answer was refused or malformed.</returns>
    public async Task<T?> AskAsync<T>(
        Prompt prompt, ChatMessage[] question, Func<LlmAnswer, T?> read, CancellationToken cancellationToken)
        where T : struct
    {
        for (bool again = false; ; again = true)
        {
            throwIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            var response = await client.GetResponseAsync(question, ChatOptions(prompt), cancellationToken).ConfigureAwait(false);
            Count(response);
            if (IsRefused(response))
            {
                Interlocked.Increment(ref _refused);
                return null;
            }

            if (read(new(response)) is { } answer)
            {
                return answer;
            }

            if (again || !options.RetryMalformed)
            {
                Interlocked.Increment(ref _malformed);
                return null;
            }

            Interlocked.Increment(ref _retries);
            question = Prompt.AskAgain(question);
        }
    }

    /// <summary>Adds what was counted to a report.</summary>
    public LlmRerankReport AddTo(LlmRerankReport report) => report with
    {
        Calls = _calls,
        OutputTokens = _outputTokens,
        MalformedAnswers = _malformed,
        RefusedAnswers = _refused,
        Retries = _retries,
    };

    /// <summary>Says in words how many questions stayed without an answer.</summary>
    public string Failures() => $"{_refused} refused, {_malformed} malformed";

    private static bool IsRefused(ChatResponse response) => response.FinishReason == ChatFinishReason.ContentFilter ||
        response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().Any(error => error.ErrorCode == RefusalCode);

    private ChatOptions ChatOptions(Prompt prompt)
    {
        var chat = new ChatOptions
        {
            ModelId = modelId,
            Temperature = options.Temperature,
            Seed = options.Seed,
            ResponseFormat = options.UseStructuredOutput ? prompt.Format : null,
        };
        if (_knowsStrict && options.UseStructuredOutput)
        {
            chat.AdditionalProperties = new() { [StrictKey] = true };
        }

        options.ConfigureChat?.Invoke(chat);
        return chat;
    }

    private void Count(ChatResponse response)
    {
        lock (_lock)
        {
            _calls++;
            _inputTokens += response.Usage?.InputTokenCount;
            _outputTokens += response.Usage?.OutputTokenCount;
            ModelId ??= response.ModelId;
        }
    }
}
