using System.Net;

namespace Resift.Orleans.Wire;

/// <summary>Why a silo did not answer, by who can do something about it.</summary>
[GenerateSerializer]
internal enum WireErrorKind
{
    /// <summary>The silo does not hold what the caller counts on, or no longer: another may.</summary>
    NotHeld,

    /// <summary>The time was over: nobody waits for the answer any more.</summary>
    OutOfTime,

    /// <summary>The reranker refused the call, or the silo did, because it has enough to do.</summary>
    Refused,

    /// <summary>The reranker could not answer.</summary>
    Failed,

    /// <summary>An <see cref="ArgumentException"/>: every silo would refuse the call.</summary>
    Argument,

    /// <summary>A <see cref="NotSupportedException"/>: every silo would refuse the call.</summary>
    NotSupported,
}

/// <summary>An error on its way back to the caller.</summary>
[GenerateSerializer]
[Alias("resift.error")]
internal sealed class WireError
{
    [Id(0)]
    public WireErrorKind Kind { get; init; }

    [Id(1)]
    public string Message { get; init; } = "";

    [Id(2)]
    public string? ParameterName { get; init; }

    [Id(3)]
    public int? DocumentIndex { get; init; }

    [Id(4)]
    public int? StatusCode { get; init; }

    [Id(5)]
    public string? RequestId { get; init; }

    [Id(6)]
    public bool IsTransient { get; init; }

    [Id(7)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets a value indicating whether no other silo would take the call either.</summary>
    public bool IsCallersMistake => Kind is WireErrorKind.Argument or WireErrorKind.NotSupported;

    public static WireError From(Exception error) => error switch
    {
        ArgumentException argument => new()
        {
            Kind = WireErrorKind.Argument,
            Message = WithoutParameter(argument),
            ParameterName = argument.ParamName,
        },
        NotSupportedException => new() { Kind = WireErrorKind.NotSupported, Message = error.Message },

        // The silo is going down: another holds the same model.
        ObjectDisposedException => new() { Kind = WireErrorKind.NotHeld, Message = error.Message },
        OperationCanceledException => new() { Kind = WireErrorKind.OutOfTime, Message = error.Message },
        RerankerException failure => new()
        {
            Kind = failure is RerankerRejectedException ? WireErrorKind.Refused : WireErrorKind.Failed,
            Message = failure.Message,
            DocumentIndex = failure.DocumentIndex,
            StatusCode = (int?)failure.StatusCode,
            RequestId = failure.RequestId,
            IsTransient = failure.IsTransient,
            RetryAfter = failure.RetryAfter,
        },
        _ => new() { Kind = WireErrorKind.Failed, Message = $"{error.GetType().Name}: {error.Message}" },
    };

    /// <summary>Creates the exception that the caller gets.</summary>
    /// <param name="firstDocument">The index in the whole call of the document that the silo called 0.</param>
    public Exception ToException(int firstDocument)
    {
        string message = firstDocument == 0
            ? Message
            : $"{Message} (The call was split: documents are counted from document {firstDocument} of the call.)";
        return Kind switch
        {
            WireErrorKind.Argument => new ArgumentException(message, ParameterName),
            WireErrorKind.NotSupported => new NotSupportedException(message),
            WireErrorKind.Refused => new RerankerRejectedException(message)
            {
                DocumentIndex = DocumentIndex + firstDocument,
                StatusCode = (HttpStatusCode?)StatusCode,
                RequestId = RequestId,
                IsTransient = IsTransient,
                RetryAfter = RetryAfter,
            },
            _ => new RerankerException(message)
            {
                DocumentIndex = DocumentIndex + firstDocument,
                StatusCode = (HttpStatusCode?)StatusCode,
                RequestId = RequestId,
                IsTransient = IsTransient || Kind is not WireErrorKind.Failed,
                RetryAfter = RetryAfter,
            },
        };
    }

    // .NET appends the parameter's name to the message by itself, once more on the caller's side.
    private static string WithoutParameter(ArgumentException error)
    {
        int end = error.ParamName is null ? -1 : error.Message.IndexOf($" (Parameter '{error.ParamName}')", StringComparison.Ordinal);
        return end < 0 ? error.Message : error.Message[..end];
    }
}
