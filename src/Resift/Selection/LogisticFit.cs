namespace Resift.Selection;

/// <summary>Logistic regression on one variable: the slope and intercept under which given targets are the most likely.</summary>
/// <remarks>
/// Newton's method with halved steps, as Lin, Lin and Weng 2007, "A Note on Platt's Probabilistic Outputs for Support Vector Machines",
/// recommend for this fit. The loss is convex; the caller makes sure that it has a minimum.
/// </remarks>
internal static class LogisticFit
{
    private const int MostSteps = 500;

    // The square of the error that is left, in units of the parameters' own spread: far below what any digit shows.
    private const double SmallestDecrement = 1e-20;

    /// <summary>Fits both parameters.</summary>
    public static (double Slope, double Intercept) WithIntercept(double[] scores, double[] targets)
    {
        // Centred and scaled, so that the two parameters do not depend on each other much and large scores lose no digits.
        double center = scores.Average();
        double unit = scores.Max(score => Math.Abs(score - center));
        var (slope, intercept) = Minimize([.. scores.Select(score => (score - center) / unit)], targets, fitIntercept: true);
        return (slope / unit, intercept - (slope / unit * center));
    }

    /// <summary>Fits the slope of a curve that passes through one half at the score 0.</summary>
    public static double WithoutIntercept(double[] scores, double[] targets)
    {
        double unit = scores.Max(Math.Abs);
        return Minimize([.. scores.Select(score => score / unit)], targets, fitIntercept: false).Slope / unit;
    }

    private static (double Slope, double Intercept) Minimize(double[] x, double[] targets, bool fitIntercept)
    {
        var (slope, intercept) = (0.0, 0.0);
        double loss = Loss(x, targets, slope, intercept);
        for (int i = 0; i < MostSteps; i++)
        {
            var (slopeStep, interceptStep, decrement) = NewtonStep(x, targets, slope, intercept, fitIntercept);
            double size = 1;
            double newLoss = Loss(x, targets, slope + slopeStep, intercept + interceptStep);

            // Near the minimum the loss is level to its last digit, and the whole step is the best one.
            while (decrement > 1e-8 && newLoss > loss - (1e-4 * size * decrement) && size > 1e-12)
            {
                size /= 2;
                newLoss = Loss(x, targets, slope + (size * slopeStep), intercept + (size * interceptStep));
            }

            (slope, intercept, loss) = (slope + (size * slopeStep), intercept + (size * interceptStep), newLoss);
            if (decrement <= SmallestDecrement)
            {
                return (slope, intercept);
            }
        }

        throw new InvalidOperationException($"The fit did not settle in {MostSteps} steps: the examples are told apart almost without a " +
            "mistake. Give more examples, or fit a PlattCalibration with smoothed targets.");
    }

    private static (double Slope, double Intercept, double Decrement) NewtonStep(
        double[] x, double[] targets, double slope, double intercept, bool fitIntercept)
    {
        var (gradientS, gradientI, curvatureS, curvatureSI, curvatureI) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (int i = 0; i < x.Length; i++)
        {
            double probability = 1 / (1 + Math.Exp(-((slope * x[i]) + intercept)));
            double error = probability - targets[i];
            double weight = probability * (1 - probability);
            gradientS += error * x[i];
            gradientI += error;
            curvatureS += weight * x[i] * x[i];
            curvatureSI += weight * x[i];
            curvatureI += weight;
        }

        if (!fitIntercept)
        {
            return (-gradientS / curvatureS, 0, gradientS * gradientS / curvatureS);
        }

        double determinant = (curvatureS * curvatureI) - (curvatureSI * curvatureSI);
        double slopeStep = ((curvatureSI * gradientI) - (curvatureI * gradientS)) / determinant;
        double interceptStep = ((curvatureSI * gradientS) - (curvatureS * gradientI)) / determinant;
        return (slopeStep, interceptStep, -((gradientS * slopeStep) + (gradientI * interceptStep)));
    }

    // The negative log-likelihood: ln(1 + eᶻ) − target · z, written so that no power overflows.
    private static double Loss(double[] x, double[] targets, double slope, double intercept)
    {
        double loss = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double z = (slope * x[i]) + intercept;
            loss += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (targets[i] * z);
        }

        return loss;
    }
}
